Attribute VB_Name = "PbalNames"
Option Explicit
Option Private Module

' The user's settings live in names of the active workbook (pbal_cash, pbal_strategy ...), sheet before
' workbook, so that pbal-xl run and the ribbon read and repeat the same ones.

Public Function PbalKept(ByVal key As String, Optional ByVal whenAbsent As String = "") As String
    Dim kept As Name
    Dim content As Variant
    PbalKept = whenAbsent
    Set kept = FindName(key)
    If kept Is Nothing Then Exit Function
    If KeptInCell(kept) Is Nothing Then
        content = PbalConstant(kept.RefersTo)
    Else
        content = KeptInCell(kept).Value2
    End If
    If IsError(content) Then Exit Function
    If Trim$(CStr(content)) <> "" Then PbalKept = CStr(content)
End Function

Public Function PbalConstant(ByVal refersTo As String) As String
    ' The text, truth or number that a name stands for. A formula is not evaluated: a workbook could hold any.
    Dim body As String
    body = Mid$(refersTo, 2)
    If Len(body) > 1 And Left$(body, 1) = """" And Right$(body, 1) = """" Then
        PbalConstant = Replace(Mid$(body, 2, Len(body) - 2), """""", """")
    ElseIf UCase$(body) = "TRUE" Or UCase$(body) = "FALSE" Then
        PbalConstant = UCase$(body)
    ElseIf Not body Like "*[!0-9.eE+-]*" Then
        PbalConstant = CStr(Val(body))
    End If
End Function

Public Sub PbalKeepText(ByVal key As String, ByVal text As String)
    Keep key, text, "=""" & Replace(text, """", """""") & """"
End Sub

Public Sub PbalKeepNumber(ByVal key As String, ByVal amount As Double)
    ' Str$ writes the point that RefersTo wants whatever the country.
    Keep key, amount, "=" & Trim$(Str$(amount))
End Sub

Public Sub PbalKeepTruth(ByVal key As String, ByVal truth As Boolean)
    Keep key, truth, IIf(truth, "=TRUE", "=FALSE")
End Sub

Public Sub PbalForget(ByVal key As String)
    Dim kept As Name
    Set kept = FindName(key)
    If kept Is Nothing Then Exit Sub
    If KeptInCell(kept) Is Nothing Then
        kept.Delete
    Else
        PutInCell KeptInCell(kept), Empty
    End If
End Sub

Private Sub Keep(ByVal key As String, ByVal content As Variant, ByVal refersTo As String)
    Dim kept As Name
    Dim cell As Range
    Set kept = FindName(key)
    If kept Is Nothing Then
        ActiveWorkbook.Names.Add key, refersTo
        Exit Sub
    End If
    Set cell = KeptInCell(kept)
    If cell Is Nothing Then
        kept.RefersTo = refersTo
    Else
        PutInCell cell, content
    End If
End Sub

Private Sub PutInCell(ByVal cell As Range, ByVal content As Variant)
    On Error GoTo refused
    cell.Value2 = content
    Exit Sub
refused:
    Err.Raise vbObjectError + 5, "PbalNames", PBAL_ERROR & cell.Worksheet.Name & "!" & cell.Address(False, False) & _
        " cannot be changed (" & PbalCause(Err.Description) & "); is the sheet protected?"
End Sub

Private Function FindName(ByVal key As String) As Name
    Dim sheet As Object
    Set sheet = SheetOfHoldings()
    On Error Resume Next
    Set FindName = sheet.Names(key)
    If FindName Is Nothing Then Set FindName = ActiveWorkbook.Names(key)
    On Error GoTo 0
End Function

Private Function SheetOfHoldings() As Object
    ' A trades sheet says where its holdings stand; their sheet's settings are the ones that count.
    Set SheetOfHoldings = ActiveSheet
    On Error Resume Next
    Set SheetOfHoldings = ActiveSheet.Names("_pbal_xl_source").RefersToRange.Worksheet
    On Error GoTo 0
End Function

Private Function KeptInCell(ByVal kept As Name) As Range
    ' A name may stand for a cell of a settings block, or for a value of its own.
    On Error Resume Next
    Set KeptInCell = kept.RefersToRange
    On Error GoTo 0
    If KeptInCell Is Nothing Then Exit Function
    If KeptInCell.Count > 1 Then Set KeptInCell = KeptInCell.Cells(1, 1)
End Function
