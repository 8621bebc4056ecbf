Attribute VB_Name = "PbalMac"
Option Explicit
Option Private Module

' The way to Python on a Mac: an AppleScript of xlwings, which puts what it is given into a command of the
' shell. So it is given fixed words, hexadecimal digits and the quoted place of Python; never a name or path
' that a workbook brings along.

Public Sub PbalRunOnMac(ByVal command As String)
    Dim parameters As String
    #If Mac Then
        parameters = PbalMacParameters(command, Environ$("HOME"))
        Application.StatusBar = "Portfolio Balancer is at work ..."
        On Error GoTo failed
        AppleScriptTask "xlwings-" & PbalSetting("XLWINGS_VERSION") & ".applescript", "VbaHandler", parameters
        Exit Sub
failed:
        Application.StatusBar = False
        Err.Raise vbObjectError + 4, "PbalMac", PBAL_ERROR & "Excel may not start Python: its AppleScript is missing or was refused; run pbal-xl doctor"
    #End If
End Sub

Public Function PbalMacParameters(ByVal command As String, ByVal home As String) As String
    ' What the script takes, between bars: path, Python, command, workbook, Excel, log. The workbook is known
    ' from the command's digits, Excel is the one that runs.
    PbalMacParameters = "false;;;;;|" & PbalShellQuoted(PbalSetting("INTERPRETER_MAC")) & "|" & command & _
        "|-|-|" & LogFile(home)
End Function

Public Function PbalShellQuoted(ByVal path As String) As String
    If InStr(1, path, "|") > 0 Then
        Err.Raise vbObjectError + 4, "PbalMac", PBAL_ERROR & "the place of Python holds a bar (|): install pbal-xl in another folder"
    End If
    PbalShellQuoted = "'" & Replace(path, "'", "'\''") & "'"
End Function

Private Function LogFile(ByVal home As String) As String
    ' The script puts this between double quotes, where the shell reads $, `, \ and ".
    If home Like "*[|$`""\]*" Then
        Err.Raise vbObjectError + 4, "PbalMac", PBAL_ERROR & "the name of your home folder cannot be handed to a shell"
    End If
    LogFile = home & "/xlwings.log"
End Function

Public Sub CleanUp()
    ' What xlwings calls by this name when Python is done.
    Dim place As String
    Dim said As String
    On Error Resume Next
    Application.StatusBar = False
    place = LogFile(Environ$("HOME"))
    said = ReadText(place)
    Kill place
    On Error GoTo 0
    If said <> "" Then MsgBox Mid$(PbalSentence(said), Len(PBAL_ERROR) + 1), vbExclamation, "Portfolio Balancer"
End Sub

Private Function ReadText(ByVal place As String) As String
    Dim file As Integer
    Dim oneLine As String
    file = FreeFile
    Open place For Input As #file
    Do While Not EOF(file)
        Line Input #file, oneLine
        ReadText = ReadText & oneLine & vbLf
    Loop
    Close #file
End Function
