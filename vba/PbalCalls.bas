Attribute VB_Name = "PbalCalls"
Option Explicit
Option Private Module

' The one way from a cell to Python: every worksheet function comes through PbalCall.

Public Const PBAL_MODULE As String = "pbal_xl.hosts.excel"
Public Const PBAL_ERROR As String = "#PBAL! "

Private Const LONGEST_SENTENCE As Long = 250

Public Function PbalCall(ByVal functionName As String, ByVal arguments As Variant) As Variant
    On Error GoTo failed
    #If Mac Then
        PbalCall = PBAL_ERROR & "functions in cells need Excel for Windows; on a Mac use the Portfolio Balancer tab"
    #Else
        UseValues arguments
        ' No workbook is handed over: Python never looks into the file that asks. Brackets hand over copies,
        ' which every kind of argument survives on its way out of this process.
        PbalCall = PbalPython().CallUDF(PBAL_MODULE, (functionName), (arguments))
    #End If
    Exit Function
failed:
    PbalCall = PbalSentence(Err.Description)
End Function

Public Function PbalSentence(ByVal description As String) As String
    ' One line for a cell or a box.
    Dim sentence As String
    sentence = PbalCause(description)
    If Left$(sentence, Len(PBAL_ERROR)) <> PBAL_ERROR Then
        sentence = PBAL_ERROR & "Python did not answer (" & sentence & "); run pbal-xl doctor"
    End If
    If Len(sentence) > LONGEST_SENTENCE Then sentence = Left$(sentence, LONGEST_SENTENCE - 3) & "..."
    PbalSentence = sentence
End Function

Public Function PbalCause(ByVal description As String) As String
    ' Of Python's traceback the last line, which says what happened; of anything else all of it, as one line.
    Dim lines As Variant
    Dim i As Long
    lines = Split(Replace(description, vbCr, vbLf), vbLf)
    For i = UBound(lines) To LBound(lines) Step -1
        If Trim$(lines(i)) <> "" Then
            If InStr(1, description, "Traceback (most recent call last)") > 0 Then
                PbalCause = Trim$(lines(i))
                Exit Function
            End If
            PbalCause = Trim$(lines(i)) & IIf(PbalCause = "", "", " " & PbalCause)
        End If
    Next i
    If PbalCause = "" Then PbalCause = "no reason was given"
End Function

Private Sub UseValues(ByRef arguments As Variant)
    Dim i As Long
    Dim block As Range
    For i = LBound(arguments) To UBound(arguments)
        If TypeName(arguments(i)) = "Range" Then
            Set block = arguments(i)
            arguments(i) = PbalValues(block)
        End If
    Next i
End Sub

Public Function PbalValues(ByVal block As Range) As Variant
    ' The values down to the last row in use. A:C means a million rows; and where the answer itself stands
    ' on the sheet, blank rows below the holdings must not come back, or each recalculation would add some.
    Dim used As Range
    Dim lastRow As Long
    Dim figures As Variant
    If block.Areas.Count > 1 Then
        Err.Raise vbObjectError + 1, "PbalCalls", PBAL_ERROR & "a range must be one rectangle, not " & block.Address(False, False)
    End If
    Set used = block.Worksheet.UsedRange
    lastRow = used.Row + used.Rows.Count - 1
    If lastRow < block.Row Then lastRow = block.Row
    If block.Row + block.Rows.Count - 1 <= lastRow Then
        PbalValues = ValuesOf(block)
        Exit Function
    End If
    Set block = block.Resize(lastRow - block.Row + 1, block.Columns.Count)
    figures = ValuesOf(block)
    If IsArray(figures) Then
        If FilledRows(figures) < UBound(figures, 1) Then
            figures = ValuesOf(block.Resize(FilledRows(figures), block.Columns.Count))
        End If
    End If
    PbalValues = figures
End Function

Private Function ValuesOf(ByVal block As Range) As Variant
    ' Value rounds currency to four places, hence Value2; but only Value tells a date from a number.
    Dim figures As Variant
    Dim shown As Variant
    Dim r As Long
    Dim c As Long
    figures = block.Value2
    shown = block.Value
    If IsArray(figures) Then
        For r = LBound(shown, 1) To UBound(shown, 1)
            For c = LBound(shown, 2) To UBound(shown, 2)
                If VarType(shown(r, c)) = vbDate Then figures(r, c) = shown(r, c)
            Next c
        Next r
    ElseIf VarType(shown) = vbDate Then
        figures = shown
    End If
    ValuesOf = figures
End Function

Private Function FilledRows(ByVal figures As Variant) As Long
    ' Up to the last row that says something; at least one.
    Dim r As Long
    Dim c As Long
    FilledRows = 1
    For r = UBound(figures, 1) To 2 Step -1
        For c = LBound(figures, 2) To UBound(figures, 2)
            If Not IsNothingToSee(figures(r, c)) Then
                FilledRows = r
                Exit Function
            End If
        Next c
    Next r
End Function

Private Function IsNothingToSee(ByVal figure As Variant) As Boolean
    ' An error's text is "Error 2042".
    IsNothingToSee = (CStr(figure) = "")
End Function
