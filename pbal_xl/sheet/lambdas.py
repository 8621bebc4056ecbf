"""The strategies as named functions for Excel 365 and whatever else knows LAMBDA: no add-in, no code.

Written as people type them, with ``@`` before every name of our own; ``stored`` puts the prefixes on that files
want. The names have a dot, so that they never meet those of the add-in. The level is found as in
``living_formulas``: each row's quotient is the level as if that row were the last to trade.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FUNCTIONS", "HELP", "as_typed", "stored"]

# Functions newer than Excel 2007 are stored behind a prefix (a few others, not used here, behind two).
_PREFIXES: Mapping[str, str] = dict.fromkeys(
    ("LAMBDA", "LET", "MAP", "SCAN", "HSTACK", "SEQUENCE", "ISOMITTED", "SORTBY"), "_xlfn."
)
_CALL = re.compile(r'"[^"]*"|\[@(?P<optional>\w+)\]|@(?P<name>\w+)|\b(?P<function>[A-Z]+)(?=\()')

# Column n of the holdings as numbers, 0 for what is none.
_NUMBERS = "MAP(INDEX(@holdings,0,{}),LAMBDA(@x,IF(ISNUMBER(@x),@x,0)))"

# The holdings: where there are rows of them, their values and targets. Equal targets without a fifth column.
_READ = (
    "@number,SEQUENCE(ROWS(@holdings)),"
    "@symbol,INDEX(@holdings,0,1),"
    '@held,MAP(@symbol,INDEX(@holdings,0,MIN(2,COLUMNS(@holdings))),LAMBDA(@x,@y,IF(AND(@x<>"",ISNUMBER(@y)),1,0))),'
    f"@worth,{_NUMBERS.format('MIN(2,COLUMNS(@holdings))')}*@held,"
    f"@given,IF(COLUMNS(@holdings)<5,0*@held,{_NUMBERS.format('MIN(5,COLUMNS(@holdings))')}*@held),"
    "@target,IF(SUM(@given)=0,@held/MAX(1,SUM(@held)),@given/MAX(1E-300,SUM(@given))),"
    "@total,SUM(@worth),"
)
_HEADED = "@headed,ISTEXT(INDEX(@holdings,1,MIN(2,COLUMNS(@holdings)))),"

# What cannot be planned is answered in a sentence, as by the add-in's functions.
_FAULTS = (
    'IF(SUM(@held)=0,"#PBAL! there are no holdings here",'
    'IF(MIN(@worth)<0,"#PBAL! a value is below 0",'
    'IF(MIN(@given)<0,"#PBAL! a target is below 0",'
    "IF(AND(SUM(@given)<>0,ABS(SUM(@given)-1)>0.0001,ABS(SUM(@given)-100)>0.01),"
    '"#PBAL! targets must sum to 1 or 100 %",'
)
_CASH_FAULTS = (
    'IF(NOT(ISNUMBER(@flow)),"#PBAL! cash is no number",'
    'IF(-@flow>@total,"#PBAL! cannot withdraw more than the holdings are worth",'
    'IF(AND(@whole,SUM((@price<=0)*@held)>0),"#PBAL! whole shares need a price above 0 for every holding",'
)

_FLOOD = (
    "@unwanted,SUM((@target=0)*@worth),"
    "@only,AND(@flow<0,-@flow<@unwanted),"
    "@pool,@flow+IF(AND(@flow<0,NOT(@only)),@unwanted,0),"
    "@play,IF(@only,(@target=0)*@held,@target),"
    "@height,@worth*(@play>0),"
    "@ratio,IF(@play=0,IF(@flow<0,-1E+300,1E+300),@height/(@play+(@play=0))),"
    "@quotient,MAP(@ratio,LAMBDA(@x,IF(@flow<0,"
    "(@pool+SUM((@ratio>=@x)*@height))/SUM((@ratio>=@x)*@play),"
    "(@pool+SUM((@ratio<=@x)*@height))/SUM((@ratio<=@x)*@play)))),"
    "@level,IF(@flow<0,MAX(0,MAX(@quotient)),MIN(@quotient)),"
    "@wish,IF(@flow<0,"
    "IF(@play=0,-@worth*(@target=0),-(@height-@play*@level)*(@height>@play*@level)),"
    "(@play*@level-@height)*(@play*@level>@height)),"
    # Shares more go to the lowest on a deposit; on a withdrawal they stay where most was sold too much.
    "@middle,MAP(@number,LAMBDA(@x,IF(@flow<0,"
    "(INDEX(@fewest,@x)+0.5)*INDEX(@price,@x)-INDEX(@wish,@x),"
    "IF(INDEX(@play,@x)=0,1E+300,"
    "(INDEX(@height,@x)+(INDEX(@fewest,@x)+0.5)*INDEX(@price,@x))/(INDEX(@play,@x)+(INDEX(@play,@x)=0)))))),"
    "@may,IF(@flow<0,@fewest<0,@middle<@total+@flow),"
)
_REBALANCE = (
    "@wish,@target*(@total+@flow)-@worth,@middle,(@fewest+0.5)*@price-@wish,@may,(@fewest<0)+(@target>0)>0,"
)
_FLOOR = "@fewest,MAP(@wish,@worth,@price,LAMBDA(@x,@y,@z,IF(@z>0,MAX(-@y/@z,INT(ROUND(@x/@z,6))),0))),"

# To the cent: cut, and the largest remainders get a cent more until the sum is right.
_CENTS = (
    "@cut,MAP(@wish,@worth,LAMBDA(@x,@y,MAX(-@y,INT(ROUND(@x*100,4))/100))),"
    "@part,MAP(@wish,@cut,LAMBDA(@x,@y,ROUND((@x-@y)*100,6))),"
    "@spare,INT(ROUND((INT(ROUND(@flow*100,4))/100-SUM(@cut))*100,4)),"
    "@turn,MAP(@part,@number,LAMBDA(@x,@y,SUM((@part>@x)+(@part=@x)*(@number<@y))+1)),"
    "@cents,MAP(@cut,@turn,LAMBDA(@x,@y,ROUND(@x+IF(@y<=@spare,0.01,0),6))),"
)
# In whole shares: cut, and one share more each where the cash allows it.
_SHARES = (
    "@queue,SORTBY(@number,@middle),"
    "@rest,@flow-SUM(@fewest*@price),"
    "@purse,SCAN(@rest,@queue,LAMBDA(@x,@y,"
    "IF(AND(INDEX(@may,@y),INDEX(@price,@y)>0,INDEX(@price,@y)<=@x+0.000001),@x-INDEX(@price,@y),@x))),"
    "@taken,MAP(@number,LAMBDA(@x,IF(@x=1,@rest,INDEX(@purse,MAX(1,@x-1)))-INDEX(@purse,@x))),"
    "@counts,MAP(@number,LAMBDA(@x,INDEX(@fewest,@x)+IF(INDEX(@taken,MATCH(@x,@queue,0))>0,1,0))),"
    "@amount,IF(@whole,MAP(@counts,@price,LAMBDA(@x,@y,ROUND(@x*@y,6))),@cents),"
    "@shares,IF(@whole,@counts,MAP(@cents,@price,LAMBDA(@x,@y,IF(@y>0,ROUND(@x/@y,6),0)))),"
)


def _column(heading: str, value: str, more: str = "") -> str:
    """A column of an answer: a heading beside a header row, blanks beside what is no holding."""
    blank = f'IF(AND(@headed,@x=1),"{heading}","")'
    return f"MAP(@number,LAMBDA(@x,IF((INDEX(@held,@x)=1){more},{value},{blank})))"


_ANSWER = ",".join(
    [
        _column("Symbol", "INDEX(@symbol,@x)"),
        _column("Shares", "INDEX(@shares,@x)", "*(INDEX(@price,@x)>0)"),
        _column("Amount", "INDEX(@amount,@x)"),
        _column("Value after", "INDEX(@after,@x)"),
        _column("Weight after", "IF(SUM(@after)=0,0,INDEX(@after,@x)/SUM(@after))"),
    ]
)
_DRIFTS = ",".join(
    [
        _column("Symbol", "INDEX(@symbol,@x)"),
        _column("Weight", "INDEX(@weight,@x)"),
        _column("Target", "INDEX(@target,@x)"),
        _column("Drift", "INDEX(@weight,@x)-INDEX(@target,@x)"),
    ]
)


def _plan(exact: str, flow: str) -> str:
    """A function that answers a plan."""
    exact = exact.replace("@middle,", _FLOOR + "@middle,", 1)
    return (
        "LAMBDA(@holdings,{cash},[@whole_shares],LET("
        f"{_READ}{_HEADED}@flow,{flow},"
        f"@price,{_NUMBERS.format('MIN(3,COLUMNS(@holdings))')}*@held*(COLUMNS(@holdings)>2),"
        "@whole,IF(ISOMITTED(@whole_shares),FALSE,@whole_shares),"
        f"{exact}{_CENTS}{_SHARES}@after,@worth+@amount,"
        f"{_FAULTS}{_CASH_FAULTS}HSTACK({_ANSWER}))))))))))"
    )


# As they are typed, by name.
FUNCTIONS: Mapping[str, str] = {
    "PBAL.NEVERSELL": _plan(_FLOOD, "@cash").replace("{cash}", "@cash"),
    "PBAL.HARD": _plan(_REBALANCE, "IF(ISOMITTED(@cash),0,@cash)").replace("{cash}", "[@cash]"),
    "PBAL.DRIFT": (
        f"LAMBDA(@holdings,LET({_READ}{_HEADED}@weight,@worth/MAX(1E-300,@total),{_FAULTS}HSTACK({_DRIFTS})))))))"
    ),
    "PBAL.MINDEPOSIT": (
        f"LAMBDA(@holdings,LET({_READ}{_FAULTS}"
        'IF(SUM((@target=0)*@worth)>0,"#PBAL! a holding with target 0 has a value, which no deposit can balance",'
        "MAX(0,ROUNDUP(ROUND(MAX(@worth/(@target+(@target=0)))-@total,6),2)))))))))"
    ),
}

HELP: Mapping[str, str] = {
    "PBAL.NEVERSELL": (
        "Trades without selling on a deposit and without buying on a withdrawal. "
        "holdings: Symbol, Value, Price, [Gain], [Target]; cash; [whole_shares]"
    ),
    "PBAL.HARD": (
        "Trades that bring every holding to its target. "
        "holdings: Symbol, Value, Price, [Gain], [Target]; [cash]; [whole_shares]"
    ),
    "PBAL.DRIFT": "Weight, target and drift of every holding. holdings: Symbol, Value, Price, [Gain], [Target]",
    "PBAL.MINDEPOSIT": (
        "Smallest deposit that reaches the targets without a sale. holdings: Symbol, Value, Price, [Gain], [Target]"
    ),
}


def as_typed(formula: str) -> str:
    """The formula as people would type it."""
    return formula.replace("@", "")


def stored(formula: str) -> str:
    """The formula as an .xlsx file stores it: prefixes before newer functions and before names of its own.

    A parameter that may be left out, ``[@x]``, is told by its own prefix where it is declared.
    """

    def prefixed(match: re.Match[str]) -> str:
        if match["optional"]:
            return f"_xlop.{match['optional']}"
        if match["name"]:
            return f"_xlpm.{match['name']}"
        if match["function"]:
            return _PREFIXES.get(match["function"], "") + match["function"]
        return match[0]

    return _CALL.sub(prefixed, formula)
