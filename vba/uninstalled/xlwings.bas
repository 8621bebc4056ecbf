Attribute VB_Name = "xlwings"
Option Explicit
Option Private Module

' Stands where pbal-xl install puts what it takes from xlwings: without Python there is nothing to ask.

Public Function XLPy() As Object
    Err.Raise vbObjectError + 2, "xlwings", "#PBAL! this copy of the add-in has no Python; run pbal-xl install"
End Function

Public Sub KillPy()
    ' There is none to end.
End Sub
