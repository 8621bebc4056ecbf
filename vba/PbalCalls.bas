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
        If InFunctionWizard() Then
            PbalCall = ""
        Else
            UsePartsInUse arguments
            ' No workbook is handed over: Python never looks into the file that asks. Brackets hand over copies,
            ' which every kind of argument survives on its way out of this process.
            PbalCall = XLPy.CallUDF(PBAL_MODULE, (functionName), (arguments))
        End If
    #End If
    Exit Function
failed:
    PbalCall = PbalSentence(Err.Description)
End Function

Public Function PbalSentence(ByVal description As String) As String
    ' One line for a cell; an error of Python's arrives as several.
    Dim sentence As String
    sentence = Trim$(Replace(Replace(description, vbCr, " "), vbLf, " "))
    If Left$(sentence, Len(PBAL_ERROR)) <> PBAL_ERROR Then
        sentence = PBAL_ERROR & "Python did not answer (" & sentence & "); run pbal-xl doctor"
    End If
    If Len(sentence) > LONGEST_SENTENCE Then sentence = Left$(sentence, LONGEST_SENTENCE - 3) & "..."
    PbalSentence = sentence
End Function

Private Function InFunctionWizard() As Boolean
    ' The wizard disables the toolbars while it is open; a call for every key typed would make it crawl.
    On Error Resume Next
    InFunctionWizard = Not Application.CommandBars("Standard").Controls(1).Enabled
    On Error GoTo 0
End Function

Private Sub UsePartsInUse(ByRef arguments As Variant)
    Dim i As Long
    Dim block As Range
    For i = LBound(arguments) To UBound(arguments)
        If TypeName(arguments(i)) = "Range" Then
            Set block = arguments(i)
            Set arguments(i) = PartInUse(block)
        End If
    Next i
End Sub

Private Function PartInUse(ByVal block As Range) As Range
    ' A:C means a million rows: hand over no more than the sheet uses, from the same first row.
    Dim used As Range
    Dim lastRow As Long
    If block.Areas.Count > 1 Then
        Err.Raise vbObjectError + 1, "PbalCalls", PBAL_ERROR & "a range must be one rectangle, not " & block.Address(False, False)
    End If
    Set used = block.Worksheet.UsedRange
    lastRow = used.Row + used.Rows.Count - 1
    If lastRow < block.Row Then lastRow = block.Row
    If block.Row + block.Rows.Count - 1 > lastRow Then
        Set PartInUse = block.Resize(lastRow - block.Row + 1, block.Columns.Count)
    Else
        Set PartInUse = block
    End If
End Function
