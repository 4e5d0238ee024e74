"""Why torch operators that are not known are refused: they jump, or they are curved."""

from __future__ import annotations

from exactpoly.readers.operators import names

__all__ = ["refusal"]

_JUMPS = names(
    "argmax argmin argsort bitwiseand bitwiseor bucketize ceil eq floor frac hardshrink heaviside "
    "logicaland logicalor ne onehot round sgn sign trunc"
)
_CURVED = names(
    "celu cos cosinesimilarity elu erf exp gelu glu groupnorm hardswish instancenorm "
    "instancenorm1d instancenorm2d instancenorm3d layernorm localresponsenorm log logsigmoid "
    "gru lstm logsoftmax logsumexp lppool1d lppool2d mish nativegroupnorm nativelayernorm norm normalize "
    "multiheadattention transformer transformerdecoder transformerdecoderlayer transformerencoder "
    "transformerencoderlayer scaleddotproductattention "
    "pow prod reciprocal rsqrt selu sigmoid silu sin softmax softmin softplus softsign sqrt "
    "square std tan tanh tanhshrink var"
)
"""Without underscores, as modules are named without them."""


def refusal(name: str) -> str:
    """Why an operator of this name is not supported."""
    base = name.lower().replace("_", "")
    if base in _JUMPS:
        return (
            "this operator is not supported: it jumps, and only continuous functions are networks"
        )
    if base in _CURVED:
        return "this operator is not supported: it is not piecewise linear"
    return "this operator is not supported; export a network of supported ones"
