Attribute VB_Name = "PbalServer"
Option Explicit
Option Private Module

' Python, started once and remembered: also that it would not start, because the library behind XLPy waits
' for up to two minutes before it gives up, and every cell would wait as long.

Private Const RETRY_AFTER_MINUTES As Long = 5

Private failure As String
Private failedAt As Date

Public Function PbalPython() As Object
    If failure <> "" And DateDiff("n", failedAt, Now) < RETRY_AFTER_MINUTES Then
        Err.Raise vbObjectError + 3, "PbalServer", failure
    End If
    On Error GoTo failed
    Set PbalPython = XLPy()
    failure = ""
    Exit Function
failed:
    failedAt = Now
    failure = PbalCause(Err.Description)
    If Left$(failure, Len(PBAL_ERROR)) <> PBAL_ERROR Then
        failure = PBAL_ERROR & "Python did not start (" & Left$(failure, 150) & "); run pbal-xl doctor, then press Connect again"
    End If
    Err.Raise vbObjectError + 3, "PbalServer", failure
End Function

Public Function PbalConnectAgain() As String
    ' Lets go of a Python that hangs, forgets an earlier failure, and says who answers now.
    failure = ""
    PbalForgetSettings
    On Error Resume Next
    KillPy
    On Error GoTo 0
    PbalConnectAgain = CStr(PbalCall("PBAL_VERSION", Array()))
End Function

Public Function PbalServerCommand() As String
    ' Python itself, without a shell in between: a shell would outlive a Python that fails at once, and the
    ' library would wait for it. Blank entries of the path mean Excel's current folder, hence their removal.
    PbalServerCommand = """" & PbalSetting("INTERPRETER_WIN") & """ -B -c ""import sys;" & _
        "sys.path[:]=filter(None,sys.path);import pbal_xl.hosts.excel_server as s;s.serve('$(CLSID)')"""
End Function

Public Function PbalLibrary() As String
    #If Win64 Then
        PbalLibrary = PbalSetting("LIBRARY_64")
    #Else
        PbalLibrary = PbalSetting("LIBRARY_32")
    #End If
End Function
