Attribute VB_Name = "PbalDescriptions"
Option Explicit
Option Private Module

' Generated from the function table by pbal-xl build; change the table, not this.

Public Sub PbalDescribeFunctions()
    Describe "PBAL_NEVERSELL", _
        "Suggests trades that bring the holdings nearer to their targets without selling on a deposit and without buying on a withdrawal.", _
        Array( _
            "The holdings with or without their header row: Symbol, Value, Price, then optional Gain and Target; with a header row the columns may stand in any order.", _
            "The deposit, a withdrawal as a negative amount, or the word all for the cash rows of the sheet.", _
            "Trade only in multiples of this amount, such as 100. Default: none.", _
            "Trade whole shares only, or else amounts to the cent. Default: whole shares where there are prices.", _
            "One target weight per holding, as fractions or percent that sum to 100 %, or two columns: classes and their targets. Default: the Target column, else equal weights.", _
            "How the distance to a target is measured: relative to the target, or absolute in money. Default: relative.", _
            "More settings: two columns, name and value, or a text such as ""min_trade=50; deviation=absolute"".")
    Describe "PBAL_HARD", _
        "Suggests the trades that bring every holding to its target, selling where needed.", _
        Array( _
            "The holdings with or without their header row: Symbol, Value, Price, then optional Gain and Target; with a header row the columns may stand in any order.", _
            "The deposit, a withdrawal as a negative amount, or the word all for the cash rows of the sheet. Default: 0.", _
            "Trade only in multiples of this amount, such as 100. Default: none.", _
            "Trade whole shares only, or else amounts to the cent. Default: whole shares where there are prices.", _
            "One target weight per holding, as fractions or percent that sum to 100 %, or two columns: classes and their targets. Default: the Target column, else equal weights.", _
            "More settings: two columns, name and value, or a text such as ""min_trade=50; deviation=absolute"".")
    Describe "PBAL_DRIFT", _
        "Shows how far each holding's weight is from its target.", _
        Array( _
            "The holdings with or without their header row: Symbol, Value, Price, then optional Gain and Target; with a header row the columns may stand in any order.", _
            "One target weight per holding, as fractions or percent that sum to 100 %. Default: the Target column, else equal weights.")
    Describe "PBAL_MINDEPOSIT", _
        "The smallest deposit that brings every holding to its target without a sale.", _
        Array( _
            "The holdings with or without their header row: Symbol, Value, Price, then optional Gain and Target; with a header row the columns may stand in any order.", _
            "One target weight per holding, as fractions or percent that sum to 100 %. Default: the Target column, else equal weights.")
    Describe "PBAL_INSTALMENTS", _
        "What each instalment of a saving plan buys at today's prices, one after the other; what one leaves over the next one has too.", _
        Array( _
            "The holdings with or without their header row: Symbol, Value, Price, then optional Gain and Target; with a header row the columns may stand in any order.", _
            "The cash of each instalment, a withdrawal as a negative amount.", _
            "How many times the cash comes, 1 to 120.", _
            "One target weight per holding, as fractions or percent that sum to 100 %, or two columns: classes and their targets. Default: the Target column, else equal weights.", _
            "More settings: two columns, name and value, or a text such as ""min_trade=50; deviation=absolute"".")
    Describe "PBAL_MARGIN", _
        "How far the holdings may fall before the broker calls for money.", _
        Array( _
            "The holdings with or without their header row: Symbol, Value, Price, then optional Gain and Target; with a header row the columns may stand in any order.", _
            "What is owed to the broker.", _
            "Percent of the value that must be your own. Default: 25.")
    Describe "PBAL_VERSION", _
        "The version of pbal-xl that answers.", _
        Array()
End Sub

Private Sub Describe(ByVal functionName As String, ByVal help As String, ByVal arguments As Variant)
    Dim macro As String
    macro = PbalMacroName(functionName)
    If UBound(arguments) < LBound(arguments) Then
        Application.MacroOptions Macro:=macro, Description:=help, Category:="Portfolio Balancer"
    Else
        Application.MacroOptions Macro:=macro, Description:=help, Category:="Portfolio Balancer", _
            ArgumentDescriptions:=arguments
    End If
End Sub

Public Function PbalHelpText() As String
    Dim text As String
    text = text & "Type one of these in a cell (Excel for Windows), or press Suggest trades:" & vbLf
    text = text & "" & vbLf
    text = text & "=PBAL_NEVERSELL(A2:C12, 5000)" & vbLf
    text = text & "=PBAL_HARD(A2:C12, 5000)" & vbLf
    text = text & "=PBAL_DRIFT(A2:C12)" & vbLf
    text = text & "=PBAL_MINDEPOSIT(A2:C12)" & vbLf
    text = text & "=PBAL_INSTALMENTS(A2:C12, 500, 6)" & vbLf
    text = text & "=PBAL_MARGIN(A2:C12, 20000)" & vbLf
    text = text & "=PBAL_VERSION()" & vbLf
    text = text & "" & vbLf
    text = text & "The boxes on this tab are kept in names of the workbook (pbal_cash, pbal_strategy ...)." & vbLf
    text = text & "When nothing answers, press Connect again, or run pbal-xl doctor in a terminal." & vbLf
    PbalHelpText = text
End Function
