Attribute VB_Name = "xlwings"
Option Explicit
Option Private Module

' Stands where pbal-xl install puts xlwings' module: without Python there is nothing to ask.

Private Const SENTENCE As String = "#PBAL! this copy of the add-in has no Python; run pbal-xl install"

Public Function XLPy() As Object
    Err.Raise vbObjectError + 2, "xlwings", SENTENCE
End Function

Public Sub RunPython(ByVal command As String)
    Err.Raise vbObjectError + 2, "xlwings", SENTENCE
End Sub
