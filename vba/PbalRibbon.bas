Attribute VB_Name = "PbalRibbon"
Option Explicit

' Callbacks of the ribbon, one line each; what they do stands in PbalActions.

Public Sub PbalRibbonLoaded(ribbon As IRibbonUI)
    PbalUseRibbon ribbon
End Sub

Public Sub PbalGetStrategy(control As IRibbonControl, ByRef index As Variant)
    index = PbalStrategyIndex()
End Sub

Public Sub PbalSetStrategy(control As IRibbonControl, id As String, index As Integer)
    PbalChooseStrategy index
End Sub

Public Sub PbalGetCash(control As IRibbonControl, ByRef text As Variant)
    text = PbalKeptAmount("pbal_cash")
End Sub

Public Sub PbalSetCash(control As IRibbonControl, text As String)
    PbalChooseAmount "pbal_cash", text, "Cash"
End Sub

Public Sub PbalGetIncrement(control As IRibbonControl, ByRef text As Variant)
    text = PbalKeptAmount("pbal_increment")
End Sub

Public Sub PbalSetIncrement(control As IRibbonControl, text As String)
    PbalChooseAmount "pbal_increment", text, "Increment"
End Sub

Public Sub PbalGetWholeShares(control As IRibbonControl, ByRef pressed As Variant)
    pressed = PbalWholeShares()
End Sub

Public Sub PbalSetWholeShares(control As IRibbonControl, pressed As Boolean)
    PbalChooseWholeShares pressed
End Sub

Public Sub PbalOnSuggest(control As IRibbonControl)
    PbalSuggestTrades
End Sub

Public Sub PbalOnImport(control As IRibbonControl)
    PbalImportPositions
End Sub

Public Sub PbalOnRepair(control As IRibbonControl)
    PbalRepairFormulas
End Sub

Public Sub PbalOnHelp(control As IRibbonControl)
    PbalShowHelp
End Sub
