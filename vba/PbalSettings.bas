Attribute VB_Name = "PbalSettings"
Option Explicit
Option Private Module

' The add-in's own configuration, read once from the sheet pbal.conf of the add-in itself:
' nothing that a workbook holds, or that lies beside it, can name what is run.

Private Const CONF_SHEET As String = "pbal.conf"

Private known As Collection

Public Function PbalSetting(ByVal key As String, Optional ByVal whenAbsent As String = "") As String
    If known Is Nothing Then ReadSettings
    PbalSetting = whenAbsent
    On Error Resume Next
    PbalSetting = known.Item(UCase$(key))
    On Error GoTo 0
End Function

Public Sub PbalForgetSettings()
    Set known = Nothing
End Sub

Public Function PbalMacroName(ByVal macro As String) As String
    ' As Excel's Run, OnTime and MacroOptions take it, whatever somebody called the add-in's file.
    PbalMacroName = "'" & Replace(ThisWorkbook.Name, "'", "''") & "'!" & macro
End Function

Private Sub ReadSettings()
    Dim conf As Worksheet
    Dim row As Long
    Set conf = ThisWorkbook.Worksheets(CONF_SHEET)
    Set known = New Collection
    row = 1
    Do While CStr(conf.Cells(row, 1).Value2) <> ""
        known.Add CStr(conf.Cells(row, 2).Value2), UCase$(CStr(conf.Cells(row, 1).Value2))
        row = row + 1
    Loop
End Sub
