Attribute VB_Name = "PbalCalls"
Option Explicit
Option Private Module

' The demo's own copy of the functions hands every call to the add-in, wherever that is installed, so
' that the formulas here need no link to a file.

Private Const ADD_IN As String = "pbal.xlam"

Public Function PbalCall(ByVal functionName As String, ByVal arguments As Variant) As Variant
    On Error GoTo absent
    PbalCall = Application.Run("'" & ADD_IN & "'!PbalForward", functionName, arguments)
    Exit Function
absent:
    PbalCall = "#PBAL! the Portfolio Balancer add-in is not loaded; run pbal-xl install"
End Function
