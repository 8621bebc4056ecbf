Attribute VB_Name = "PbalActions"
Option Explicit
Option Private Module

' What the ribbon does. Python is told what to run by fixed words and hexadecimal digits only.

Private Const TITLE As String = "Portfolio Balancer"
Private Const NEVER_SELL As String = "Try to Never Sell"
Private Const HARD As String = "Hard Rebalance"

Private shown As IRibbonUI

Public Sub PbalUseRibbon(ByVal ribbon As IRibbonUI)
    Set shown = ribbon
End Sub

Public Sub PbalRefreshRibbon()
    If Not shown Is Nothing Then shown.Invalidate
End Sub

Public Function PbalStrategyIndex() As Long
    If HasWorkbook() Then
        ' "hard" is what pbal-xl run calls it.
        If LCase$(Left$(Trim$(PbalKept("pbal_strategy", NEVER_SELL)), 4)) = "hard" Then PbalStrategyIndex = 1
    End If
End Function

Public Sub PbalChooseStrategy(ByVal index As Long)
    If NoWorkbook() Then Exit Sub
    PbalKeepText "pbal_strategy", IIf(index = 1, HARD, NEVER_SELL)
End Sub

Public Function PbalKeptAmount(ByVal key As String) As String
    If HasWorkbook() Then PbalKeptAmount = PbalKept(key)
End Function

Public Sub PbalChooseAmount(ByVal key As String, ByVal text As String, ByVal label As String)
    If NoWorkbook() Then Exit Sub
    If Trim$(text) = "" Then
        PbalForget key
    ElseIf IsNumeric(text) Then
        PbalKeepNumber key, CDbl(text)
    Else
        MsgBox label & ": type an amount such as 5000, not " & text, vbExclamation, TITLE
        PbalRefreshRibbon
    End If
End Sub

Public Function PbalWholeShares() As Boolean
    PbalWholeShares = True
    If HasWorkbook() Then PbalWholeShares = IsTrue(PbalKept("pbal_whole_shares", "TRUE"))
End Function

Private Function IsTrue(ByVal text As String) As Boolean
    ' CStr(False) is a word of the user's language, hence the comparison with itself.
    IsTrue = UCase$(text) <> "FALSE" And text <> CStr(False) And text <> "0" And LCase$(text) <> "no"
End Function

Public Sub PbalChooseWholeShares(ByVal wanted As Boolean)
    If NoWorkbook() Then Exit Sub
    PbalKeepTruth "pbal_whole_shares", wanted
End Sub

Public Sub PbalSuggestTrades()
    If NoWorkbook() Then Exit Sub
    RunHere "suggest_trades_here()"
End Sub

Public Sub PbalImportPositions()
    Dim chosen As Variant
    If NoWorkbook() Then Exit Sub
    #If Mac Then
        chosen = Application.GetOpenFilename()
    #Else
        chosen = Application.GetOpenFilename("Positions export (*.csv), *.csv")
    #End If
    If VarType(chosen) <> vbString Then Exit Sub
    RunHere "import_positions_here('" & PbalHex(CStr(chosen)) & "')"
End Sub

Public Sub PbalShowHelp()
    MsgBox PbalHelpText(), vbInformation, TITLE
End Sub

Public Function PbalHex(ByVal text As String) As String
    ' Four hexadecimal digits a character: no path can break out of the Python command.
    Dim i As Long
    For i = 1 To Len(text)
        PbalHex = PbalHex & Right$("000" & Hex$(AscW(Mid$(text, i, 1)) And &HFFFF&), 4)
    Next i
End Function

Private Sub RunHere(ByVal command As String)
    On Error GoTo failed
    RunPython "from " & PBAL_MODULE & " import " & Left$(command, InStr(command, "(") - 1) & "; " & command
    Exit Sub
failed:
    MsgBox Mid$(PbalSentence(Err.Description), Len(PBAL_ERROR) + 1), vbExclamation, TITLE
End Sub

Private Function HasWorkbook() As Boolean
    HasWorkbook = Not ActiveWorkbook Is Nothing
End Function

Private Function NoWorkbook() As Boolean
    NoWorkbook = Not HasWorkbook()
    If NoWorkbook Then MsgBox "Open a workbook with your holdings first.", vbExclamation, TITLE
End Function
