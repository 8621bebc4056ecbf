Attribute VB_Name = "PbalCalls"
Option Explicit
Option Private Module

' The demo's own copy of the functions hands every call to the add-in, wherever that is installed, so
' that the formulas here need no link to a file.

Private Const ADD_IN As String = "pbal.xlam"

Public Function PbalCall(ByVal functionName As String, ByVal arguments As Variant) As Variant
    Dim cause As String
    On Error GoTo failed
    PbalCall = Application.Run("'" & ADD_IN & "'!PbalForward", functionName, arguments)
    Exit Function
failed:
    cause = Left$(Replace(Err.Description, vbLf, " "), 150)
    If AddInIsOpen() Then
        PbalCall = "#PBAL! Excel did not reach the add-in (" & cause & "); recalculate when Excel is idle"
    Else
        PbalCall = "#PBAL! the Portfolio Balancer add-in is not loaded; run pbal-xl install"
    End If
End Function

Private Function AddInIsOpen() As Boolean
    Dim book As Object
    On Error Resume Next
    Set book = Application.Workbooks(ADD_IN)
    AddInIsOpen = Not book Is Nothing
    On Error GoTo 0
End Function
