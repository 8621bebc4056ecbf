Attribute VB_Name = "PbalFunctions"
Option Explicit

' Generated from the function table by pbal-xl build; change the table, not this.

Public Function PBAL_NEVERSELL(Optional holdings As Variant, Optional cash As Variant, Optional increment As Variant, Optional whole_shares As Variant, Optional targets As Variant, Optional deviation As Variant, Optional options As Variant) As Variant
    PBAL_NEVERSELL = PbalCall("PBAL_NEVERSELL", Array(holdings, cash, increment, whole_shares, targets, deviation, options))
End Function

Public Function PBAL_HARD(Optional holdings As Variant, Optional cash As Variant, Optional increment As Variant, Optional whole_shares As Variant, Optional targets As Variant, Optional options As Variant) As Variant
    PBAL_HARD = PbalCall("PBAL_HARD", Array(holdings, cash, increment, whole_shares, targets, options))
End Function

Public Function PBAL_DRIFT(Optional holdings As Variant, Optional targets As Variant) As Variant
    PBAL_DRIFT = PbalCall("PBAL_DRIFT", Array(holdings, targets))
End Function

Public Function PBAL_MINDEPOSIT(Optional holdings As Variant, Optional targets As Variant) As Variant
    PBAL_MINDEPOSIT = PbalCall("PBAL_MINDEPOSIT", Array(holdings, targets))
End Function

Public Function PBAL_INSTALMENTS(Optional holdings As Variant, Optional cash As Variant, Optional count As Variant, Optional targets As Variant, Optional options As Variant) As Variant
    PBAL_INSTALMENTS = PbalCall("PBAL_INSTALMENTS", Array(holdings, cash, count, targets, options))
End Function

Public Function PBAL_MARGIN(Optional holdings As Variant, Optional loan As Variant, Optional maintenance As Variant) As Variant
    PBAL_MARGIN = PbalCall("PBAL_MARGIN", Array(holdings, loan, maintenance))
End Function

Public Function PBAL_VERSION() As Variant
    PBAL_VERSION = PbalCall("PBAL_VERSION", Array())
End Function
