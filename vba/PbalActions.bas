Attribute VB_Name = "PbalActions"
Option Explicit
Option Private Module

' What the ribbon does. Python is told what to run by fixed words and hexadecimal digits only, answers with
' a text, and the text is shown here: a box of Python's own would stand behind Excel.

Private Const TITLE As String = "Portfolio Balancer"
Private Const NEVER_SELL As String = "Try to Never Sell"
Private Const HARD As String = "Hard Rebalance"

Private shown As IRibbonUI

Public Sub PbalUseRibbon(ByVal ribbon As IRibbonUI)
    Set shown = ribbon
End Sub

Public Sub PbalRefreshRibbon()
    ' After a reset the handle is gone: the boxes then show older settings, and nothing else changes.
    On Error Resume Next
    ThisWorkbook.Listen
    If Not shown Is Nothing Then shown.Invalidate
    On Error GoTo 0
End Sub

Public Sub PbalShowFault(ByVal description As String)
    Dim sentence As String
    sentence = PbalCause(description)
    If Left$(sentence, Len(PBAL_ERROR)) = PBAL_ERROR Then sentence = Mid$(sentence, Len(PBAL_ERROR) + 1)
    MsgBox sentence, vbExclamation, TITLE
    PbalRefreshRibbon
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
    SuggestBy "suggest"
End Sub

Public Sub PbalSuggestFormulas()
    SuggestBy "formulas"
End Sub

Private Sub SuggestBy(ByVal action As String)
    If NoWorkbook() Then Exit Sub
    If PbalKept("pbal_cash") = "" Then
        If Not AskedForCash() Then Exit Sub
    End If
    RunHere action, ""
End Sub

Private Function AskedForCash() As Boolean
    ' Only where nothing says how much; the answer is kept as if typed into the ribbon's box.
    Dim answer As String
    Dim strategy As String
    strategy = IIf(PbalStrategyIndex() = 1, HARD, NEVER_SELL)
    answer = InputBox("How much is to be invested? A withdrawal is negative, 0 is neither." & vbLf & vbLf & _
        "The strategy is " & strategy & "; the tab Portfolio Balancer chooses another. Both are kept in this workbook.", TITLE, "0")
    If Trim$(answer) = "" Then Exit Function
    If Not IsNumeric(answer) Then
        MsgBox "Cash: type an amount such as 5000, not " & answer, vbExclamation, TITLE
        Exit Function
    End If
    PbalKeepNumber "pbal_cash", CDbl(answer)
    PbalKeepText "pbal_strategy", strategy
    PbalRefreshRibbon
    AskedForCash = True
End Function

Public Sub PbalWriteSettings()
    If NoWorkbook() Then Exit Sub
    RunHere "settings", ""
    PbalRefreshRibbon
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
    RunHere "import", CStr(chosen)
End Sub

Public Sub PbalExplainHoldings()
    If NoWorkbook() Then Exit Sub
    RunHere "explain", ""
End Sub

Public Sub PbalConnect()
    Dim said As String
    said = PbalConnectAgain()
    If Left$(said, Len(PBAL_ERROR)) = PBAL_ERROR Then
        PbalShowFault said
    Else
        MsgBox "Connected: " & said & " answers.", vbInformation, TITLE
    End If
End Sub

Public Sub PbalShowHelp()
    Dim note As String
    note = PbalWizardNote()
    MsgBox PbalHelpText() & IIf(note = "", "", vbLf & note), vbInformation, TITLE
End Sub

Public Function PbalHex(ByVal text As String) As String
    ' Four hexadecimal digits a character: no name or path can break out of a command.
    Dim i As Long
    For i = 1 To Len(text)
        PbalHex = PbalHex & Right$("000" & Hex$(AscW(Mid$(text, i, 1)) And &HFFFF&), 4)
    Next i
End Function

Public Function PbalMacCommand(ByVal action As String, ByVal book As String, ByVal argument As String) As String
    PbalMacCommand = "from " & PBAL_MODULE & " import on_mac; on_mac('" & action & "', '" & PbalHex(book) & "', '" & PbalHex(argument) & "')"
End Function

Private Sub RunHere(ByVal action As String, ByVal argument As String)
    #If Mac Then
        PbalRunOnMac PbalMacCommand(action, ActiveWorkbook.Name, argument)
    #Else
        Dim python As Object
        Dim said As String
        Set python = PbalPython()
        said = python.Str(python.Call(python.Module(PBAL_MODULE), "in_excel", _
            python.Tuple(ActiveWorkbook, (action), PbalHex(argument))))
        If Left$(said, Len(PBAL_ERROR)) = PBAL_ERROR Then
            MsgBox Mid$(said, Len(PBAL_ERROR) + 1), vbExclamation, TITLE
        ElseIf said <> "" Then
            MsgBox said, vbInformation, TITLE
        End If
    #End If
End Sub

Private Function HasWorkbook() As Boolean
    HasWorkbook = Not ActiveWorkbook Is Nothing
End Function

Private Function NoWorkbook() As Boolean
    NoWorkbook = Not HasWorkbook()
    If NoWorkbook Then MsgBox "Open a workbook with your holdings first.", vbExclamation, TITLE
End Function
