Attribute VB_Name = "PbalWizard"
Option Explicit
Option Private Module

' The texts of the function wizard, given to Excel once.

Private described As Boolean
Private notDescribed As String

Public Sub PbalDescribeOnce()
    ' Excel takes texts for macros of visible workbooks only; an add-in is visible while it is none. Events
    ' and the screen are off meanwhile, and the workbook in view is the same before and after.
    Dim before As Workbook
    Dim hadEvents As Boolean
    Dim hadScreen As Boolean
    If described Then Exit Sub
    described = True
    Set before = ActiveWorkbook
    hadEvents = Application.EnableEvents
    hadScreen = Application.ScreenUpdating
    notDescribed = ""
    On Error GoTo refused
    Application.EnableEvents = False
    Application.ScreenUpdating = False
    ThisWorkbook.IsAddin = False
    PbalDescribeFunctions
restored:
    On Error Resume Next
    ThisWorkbook.IsAddin = True
    ThisWorkbook.Saved = True
    If Not before Is Nothing Then before.Activate
    Application.ScreenUpdating = hadScreen
    Application.EnableEvents = hadEvents
    On Error GoTo 0
    Exit Sub
refused:
    notDescribed = PbalCause(Err.Description)
    Resume restored
End Sub

Public Function PbalWizardNote() As String
    ' For the help box: empty when the function wizard has its texts.
    If notDescribed <> "" Then PbalWizardNote = "Excel refused the texts of the function wizard: " & notDescribed
End Function
