Attribute VB_Name = "PbalStart"
Option Explicit

' What Excel and other workbooks call by name, hence no private module: what happens once the add-in is
' loaded (a fault here must never greet the user at the door), and the way in for the demo's functions.

Public Function PbalForward(ByVal functionName As String, ByVal arguments As Variant) As Variant
    PbalForward = PbalCall(functionName, arguments)
End Function

Public Sub PbalBegin()
    On Error Resume Next
    Application.OnTime Now, PbalMacroName("PbalWarmUp")
    On Error GoTo 0
End Sub

Public Sub PbalWarmUp()
    ' Starts Python now, so that the first cell need not wait for it.
    PbalCall "PBAL_VERSION", Array()
    PbalDescribeOnce
End Sub
