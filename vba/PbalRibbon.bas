Attribute VB_Name = "PbalRibbon"
Option Explicit

' Callbacks of the ribbon; what they do stands in PbalActions. None lets an error out: Excel would show its own
' box, and a reset there would lose the ribbon's handle. What only reads falls back to what a new workbook has.

Public Sub PbalRibbonLoaded(ribbon As IRibbonUI)
    On Error Resume Next
    PbalUseRibbon ribbon
    On Error GoTo 0
End Sub

Public Sub PbalGetStrategy(control As IRibbonControl, ByRef index As Variant)
    On Error GoTo failed
    index = PbalStrategyIndex()
    Exit Sub
failed:
    index = 0
End Sub

Public Sub PbalSetStrategy(control As IRibbonControl, id As String, index As Integer)
    On Error GoTo failed
    PbalChooseStrategy index
    Exit Sub
failed:
    PbalShowFault Err.Description
End Sub

Public Sub PbalGetCash(control As IRibbonControl, ByRef text As Variant)
    On Error GoTo failed
    text = PbalKeptAmount("pbal_cash")
    Exit Sub
failed:
    text = ""
End Sub

Public Sub PbalSetCash(control As IRibbonControl, text As String)
    On Error GoTo failed
    PbalChooseAmount "pbal_cash", text, "Cash"
    Exit Sub
failed:
    PbalShowFault Err.Description
End Sub

Public Sub PbalGetIncrement(control As IRibbonControl, ByRef text As Variant)
    On Error GoTo failed
    text = PbalKeptAmount("pbal_increment")
    Exit Sub
failed:
    text = ""
End Sub

Public Sub PbalSetIncrement(control As IRibbonControl, text As String)
    On Error GoTo failed
    PbalChooseAmount "pbal_increment", text, "Increment"
    Exit Sub
failed:
    PbalShowFault Err.Description
End Sub

Public Sub PbalGetWholeShares(control As IRibbonControl, ByRef pressed As Variant)
    On Error GoTo failed
    pressed = PbalWholeShares()
    Exit Sub
failed:
    pressed = True
End Sub

Public Sub PbalSetWholeShares(control As IRibbonControl, pressed As Boolean)
    On Error GoTo failed
    PbalChooseWholeShares pressed
    Exit Sub
failed:
    PbalShowFault Err.Description
End Sub

Public Sub PbalOnSuggest(control As IRibbonControl)
    On Error GoTo failed
    PbalSuggestTrades
    Exit Sub
failed:
    PbalShowFault Err.Description
End Sub

Public Sub PbalOnFormulas(control As IRibbonControl)
    On Error GoTo failed
    PbalSuggestFormulas
    Exit Sub
failed:
    PbalShowFault Err.Description
End Sub

Public Sub PbalOnSettings(control As IRibbonControl)
    On Error GoTo failed
    PbalWriteSettings
    Exit Sub
failed:
    PbalShowFault Err.Description
End Sub

Public Sub PbalOnImport(control As IRibbonControl)
    On Error GoTo failed
    PbalImportPositions
    Exit Sub
failed:
    PbalShowFault Err.Description
End Sub

Public Sub PbalOnExplain(control As IRibbonControl)
    On Error GoTo failed
    PbalExplainHoldings
    Exit Sub
failed:
    PbalShowFault Err.Description
End Sub

Public Sub PbalOnRepair(control As IRibbonControl)
    On Error GoTo failed
    PbalRepairFormulas
    Exit Sub
failed:
    PbalShowFault Err.Description
End Sub

Public Sub PbalOnConnect(control As IRibbonControl)
    On Error GoTo failed
    PbalConnect
    Exit Sub
failed:
    PbalShowFault Err.Description
End Sub

Public Sub PbalOnHelp(control As IRibbonControl)
    On Error GoTo failed
    PbalShowHelp
    Exit Sub
failed:
    PbalShowFault Err.Description
End Sub
