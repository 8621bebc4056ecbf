Attribute VB_Name = "PbalRepair"
Option Explicit
Option Private Module

' A workbook that comes from another machine links to the add-in's place there. PbalPointLinksHere mends
' the links; PbalRepairFormulas also enters every formula that holds PBAL_ again. One that was saved by
' LibreOffice holds its name for them.

Private Const OUR_FUNCTIONS As String = "PBAL_"
' What LibreOffice before 25.2 writes in its place into a workbook of Excel's.
Private Const OUR_SERVICE As String = "ORG.PBAL.XL.FUNCTIONS."

Public Sub PbalRepairFormulas()
    Dim sheet As Worksheet
    Dim mended As Long
    Dim leftAlone As Long
    If ActiveWorkbook Is Nothing Then Exit Sub
    PbalPointLinksHere ActiveWorkbook
    For Each sheet In ActiveWorkbook.Worksheets
        RepairSheet sheet, mended, leftAlone
    Next sheet
    MsgBox PbalRepairReport(mended, leftAlone), vbInformation, "Portfolio Balancer"
End Sub

Public Sub PbalPointLinksHere(ByVal book As Workbook)
    Dim links As Variant
    Dim i As Long
    links = book.LinkSources(xlExcelLinks)
    If Not IsArray(links) Then Exit Sub
    For i = LBound(links) To UBound(links)
        If PbalIsOldLink(CStr(links(i)), ThisWorkbook.FullName) Then
            book.ChangeLink CStr(links(i)), ThisWorkbook.FullName, xlLinkTypeExcelLinks
        End If
    Next i
End Sub

Public Function PbalIsOldLink(ByVal link As String, ByVal here As String) As Boolean
    Dim file As String
    file = Replace(LCase$(link), "\", "/")
    file = Mid$(file, InStrRev(file, "/") + 1)
    PbalIsOldLink = (file = "pbal.xlam") And LCase$(link) <> LCase$(here)
End Function

Private Sub RepairSheet(ByVal sheet As Worksheet, ByRef mended As Long, ByRef leftAlone As Long)
    ' Late bound: Formula2 came with Excel 365, and older ones must still compile this.
    Dim cell As Object
    Dim text As String
    For Each cell In sheet.UsedRange.Cells
        If cell.HasFormula And Not IsFilledByAnother(cell) Then
            text = FormulaOf(cell)
            If PbalIsOurs(text) Then
                If EnteredAgain(cell, PbalPlainFormula(text)) Then
                    mended = mended + 1
                Else
                    leftAlone = leftAlone + 1
                End If
            End If
        End If
    Next cell
End Sub

Private Function FormulaOf(ByVal cell As Object) As String
    ' Formula2 where Excel has it, as it is entered again below: Formula hides an @ that the user wrote.
    FormulaOf = CStr(cell.Formula)
    If cell.HasArray Then Exit Function
    On Error Resume Next
    FormulaOf = CStr(cell.Formula2)
    On Error GoTo 0
End Function

Private Function IsFilledByAnother(ByVal cell As Object) As Boolean
    ' An array or a spill has its formula in its first cell alone. Older Excel does not know HasSpill.
    If cell.HasArray Then
        IsFilledByAnother = cell.Address <> cell.CurrentArray.Cells(1, 1).Address
        Exit Function
    End If
    On Error Resume Next
    IsFilledByAnother = cell.HasSpill
    IsFilledByAnother = IsFilledByAnother And cell.SpillParent.Address <> cell.Address
    On Error GoTo 0
End Function

Private Function EnteredAgain(ByVal cell As Object, ByVal text As String) As Boolean
    On Error GoTo refused
    If cell.HasArray Then
        ' Entered with Ctrl+Shift+Enter, it changes only as a whole.
        cell.CurrentArray.FormulaArray = text
    Else
        EnterSpilling cell, text
    End If
    EnteredAgain = True
refused:
End Function

Private Sub EnterSpilling(ByVal cell As Object, ByVal text As String)
    On Error GoTo olderExcel
    cell.Formula2 = text
    Exit Sub
olderExcel:
    Resume plain
plain:
    On Error GoTo 0
    cell.Formula = text
End Sub

Public Function PbalIsOurs(ByVal text As String) As Boolean
    PbalIsOurs = InStr(1, text, OUR_FUNCTIONS, vbTextCompare) > 0 Or InStr(1, text, OUR_SERVICE, vbTextCompare) > 0
End Function

Public Function PbalPlainFormula(ByVal text As String) As String
    ' The formula with our functions by their own names; texts in it, between quotes, stay as they are.
    Dim parts As Variant
    Dim i As Long
    parts = Split(text, """")
    For i = LBound(parts) To UBound(parts) Step 2
        parts(i) = PbalWithoutPath(Replace(parts(i), OUR_SERVICE, OUR_FUNCTIONS, 1, -1, vbTextCompare))
    Next i
    PbalPlainFormula = Join(parts, """")
End Function

Public Function PbalWithoutPath(ByVal text As String) As String
    ' ='C:\old place\pbal.xlam'!PBAL_DRIFT(A2:C12) becomes =PBAL_DRIFT(A2:C12); any other reference stays.
    Dim at As Long
    Dim start As Long
    PbalWithoutPath = text
    at = InStr(1, PbalWithoutPath, "!" & OUR_FUNCTIONS, vbTextCompare)
    Do While at > 0
        start = PathStart(PbalWithoutPath, at)
        If start > 0 Then
            PbalWithoutPath = Left$(PbalWithoutPath, start - 1) & Mid$(PbalWithoutPath, at + 1)
            at = start
        End If
        at = InStr(at + 1, PbalWithoutPath, "!" & OUR_FUNCTIONS, vbTextCompare)
    Loop
End Function

Private Function PathStart(ByVal text As String, ByVal at As Long) As Long
    ' Where the reference to the add-in's file before the "!" at this place begins; 0 when it is none.
    Dim before As String
    before = Left$(text, at - 1)
    If LCase$(Right$(before, 10)) = "pbal.xlam'" Then
        PathStart = OpeningQuote(before)
    ElseIf LCase$(Right$(before, 9)) = "pbal.xlam" Then
        PathStart = Len(before) - 8
    ElseIf Right$(before, 1) = "]" Then
        PathStart = InStrRev(before, "[")
    End If
End Function

Private Function OpeningQuote(ByVal before As String) As Long
    ' Of a quoted place that ends here; a doubled quote is one inside it.
    OpeningQuote = InStrRev(before, "'", Len(before) - 1)
    Do While OpeningQuote > 2
        If Mid$(before, OpeningQuote - 1, 1) <> "'" Then Exit Do
        OpeningQuote = InStrRev(before, "'", OpeningQuote - 2)
    Loop
End Function

Public Function PbalRepairReport(ByVal mended As Long, ByVal leftAlone As Long) As String
    PbalRepairReport = "Formulas entered again: " & mended & "."
    If leftAlone > 0 Then
        PbalRepairReport = PbalRepairReport & " Left alone: " & leftAlone & " (is a sheet protected?)."
    End If
End Function
