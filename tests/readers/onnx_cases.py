"""One small model for each ONNX operator that readers know, and for some that they refuse."""

from __future__ import annotations

from typing import Any

import onnx

__all__ = ["ONNX", "ONNX_REFUSED", "onnx_model"]


def onnx_model(shape: str, body: str) -> Any:
    """The model of ``body`` in ONNX's text format, from input x of ``shape`` to output y."""
    domains = '"" : 9' if "Upsample" in body else '"" : 18, "ai.onnx.ml" : 3'
    text = (
        f"<ir_version: 8, opset_import: [{domains}]>\n"
        f"g (float[{shape}] x) => (float y) {{ {body} }}"
    )
    return onnx.parser.parse_model(text)


def _floats(name: str, *values: float) -> str:
    shown = ", ".join(str(float(v)) for v in values)
    return f"{name} = Constant <value = float[{len(values)}] {{{shown}}}> ()"


def _ints(name: str, *values: int) -> str:
    shown = ", ".join(map(str, values))
    return f"{name} = Constant <value = int64[{len(values)}] {{{shown}}}> ()"


def _scalar(name: str, value: float) -> str:
    return f"{name} = Constant <value = float {{{float(value)}}}> ()"


_LINE = "1,3"
_IMAGE = "1,4,2,2"
_SQUARE = "w = Constant <value = float[3,3] {1.0,2.0,0.0,-1.0,0.5,3.0,0.0,1.0,-2.0}> ()"
_KERNEL = (
    "w = Constant <value = float[1,4,2,2] {" + ", ".join(["1.0, 2.0, 0.0, -1.0"] * 4) + "}> ()"
)
_CHANNELS = [
    _floats(name, *values)
    for name, values in (
        ("s", (1, 2, 1, -1)),
        ("b", (0, 1, 0, 1)),
        ("m", (0, 1, 2, 3)),
        ("v", (1, 1, 2, 4)),
    )
]

ONNX: dict[str, tuple[str, str]] = {
    "Abs": (_LINE, "y = Abs (x)"),
    "Add": (_LINE, f"{_floats('c', 1, 2, 3)} y = Add (x, c)"),
    "ArrayFeatureExtractor": (
        _LINE,
        f"{_ints('i', 2, 0)} y = ai.onnx.ml.ArrayFeatureExtractor (x, i)",
    ),
    "AveragePool": (_IMAGE, "y = AveragePool <kernel_shape = [2, 1]> (x)"),
    "BatchNormalization": (_IMAGE, " ".join(_CHANNELS) + " y = BatchNormalization (x, s, b, m, v)"),
    "Cast": (_LINE, "y = Cast <to = 1> (x)"),
    "CastLike": (_LINE, f"{_floats('c', 1)} y = CastLike (x, c)"),
    "Clip": (_LINE, f"{_scalar('l', -1)} {_scalar('h', 6)} y = Clip (x, l, h)"),
    "Concat": (_LINE, "y = Concat <axis = 1> (x, x)"),
    "Constant": (_LINE, f"{_floats('c', 1, 2, 3)} y = Add (x, c)"),
    "ConstantOfShape": (_LINE, f"{_ints('n', 1, 3)} c = ConstantOfShape (n) y = Add (x, c)"),
    "Conv": (_IMAGE, f"{_KERNEL} y = Conv (x, w)"),
    "ConvTranspose": ("1,1,2,2", f"{_KERNEL} y = ConvTranspose <strides = [2, 2]> (x, w)"),
    "CumSum": (_LINE, "a = Constant <value = int64 {1}> () y = CumSum (x, a)"),
    "DepthToSpace": (_IMAGE, "y = DepthToSpace <blocksize = 2> (x)"),
    "DequantizeLinear": (
        _LINE,
        "q = Constant <value = int8[3,2] {1, -2, 3, 4, 5, -6}> () "
        f"{_scalar('s', 0.25)} w = DequantizeLinear (q, s) y = MatMul (x, w)",
    ),
    "Div": (_LINE, f"{_floats('c', 1, 3, 7)} y = Div (x, c)"),
    "Dropout": (_LINE, "y = Dropout (x)"),
    "Einsum": (_LINE, f'{_SQUARE} y = Einsum <equation = "bi,oi->bo"> (x, w)'),
    "Expand": (_LINE, f"{_ints('n', 2, 3)} y = Expand (x, n)"),
    "Flatten": (_IMAGE, "y = Flatten (x)"),
    "Gather": (_LINE, f"{_ints('i', 2, 0)} y = Gather <axis = 1> (x, i)"),
    "GatherElements": (
        _LINE,
        "i = Constant <value = int64[1,2] {2, 0}> () y = GatherElements <axis = 1> (x, i)",
    ),
    "GatherND": (_LINE, "i = Constant <value = int64[2,2] {0, 2, 0, 1}> () y = GatherND (x, i)"),
    "Gemm": (_LINE, f"{_SQUARE} {_floats('b', 1, 0, 2)} y = Gemm <transB = 1> (x, w, b)"),
    "GlobalAveragePool": (_IMAGE, "y = GlobalAveragePool (x)"),
    "GlobalMaxPool": (_IMAGE, "y = GlobalMaxPool (x)"),
    "Greater": (_LINE, f"{_scalar('c', 1)} t = Greater (x, c) y = Where (t, x, c)"),
    "GreaterOrEqual": (_LINE, f"{_scalar('c', 1)} t = GreaterOrEqual (x, c) y = Where (t, x, c)"),
    "HardSigmoid": (_LINE, "y = HardSigmoid (x)"),
    "Imputer": (
        _LINE,
        "y = ai.onnx.ml.Imputer <imputed_value_floats = [0.0], replaced_value_float = nan> (x)",
    ),
    "Identity": (_LINE, "y = Identity (x)"),
    "LeakyRelu": (_LINE, "y = LeakyRelu <alpha = 0.1> (x)"),
    "Less": (_LINE, f"{_scalar('c', 1)} t = Less (x, c) y = Where (t, c, x)"),
    "LinearRegressor": (
        _LINE,
        "y = ai.onnx.ml.LinearRegressor <coefficients = [1.0, 2.0, 0.5], intercepts = [1.0]> (x)",
    ),
    "LessOrEqual": (_LINE, f"{_scalar('c', 1)} t = LessOrEqual (x, c) y = Where (t, c, x)"),
    "MatMul": (_LINE, f"{_SQUARE} y = MatMul (x, w)"),
    "Max": (_LINE, f"{_SQUARE} z = MatMul (x, w) n = Neg (x) y = Max (x, z, n)"),
    "MaxPool": (_IMAGE, "y = MaxPool <kernel_shape = [2, 2]> (x)"),
    "Mean": (_LINE, f"{_floats('c', 1, 2, 3)} y = Mean (x, c)"),
    "Min": (_LINE, f"{_scalar('c', 1)} y = Min (x, c)"),
    "Mul": (_LINE, f"{_floats('c', 1, 2, 3)} y = Mul (x, c)"),
    "Neg": (_LINE, "y = Neg (x)"),
    "Not": (_LINE, f"{_scalar('c', 1)} t = Greater (x, c) u = Not (t) y = Where (u, c, x)"),
    "PRelu": (_LINE, f"{_floats('s', 0.5, 1, -1)} y = PRelu (x, s)"),
    "Pad": (_LINE, f"{_ints('p', 0, 1, 0, 0)} y = Pad (x, p)"),
    "Pow": (_LINE, f"{_floats('c', 1, 2, 3)} {_scalar('p', 2)} d = Pow (c, p) y = Mul (x, d)"),
    "Reciprocal": (_LINE, f"{_floats('c', 1, 2, 3)} d = Reciprocal (c) y = Mul (x, d)"),
    "ReduceL1": (_LINE, f"{_ints('a', 1)} y = ReduceL1 (x, a)"),
    "ReduceMax": (_LINE, f"{_ints('a', 1)} y = ReduceMax (x, a)"),
    "ReduceMean": (_LINE, f"{_ints('a', 1)} y = ReduceMean (x, a)"),
    "ReduceMin": (_LINE, f"{_ints('a', 1)} y = ReduceMin (x, a)"),
    "ReduceSum": (_LINE, f"{_ints('a', 1)} y = ReduceSum (x, a)"),
    "Relu": (_LINE, "y = Relu (x)"),
    "Reshape": (_LINE, f"{_ints('n', 3, 1)} y = Reshape (x, n)"),
    "Resize": (_IMAGE, f"{_floats('s', 1, 1, 2, 2)} y = Resize (x, , s)"),
    "Resize, linear": (
        _IMAGE,
        f'{_floats("s", 1, 1, 1.5, 2)} y = Resize <mode = "linear"> (x, , s)',
    ),
    "Scaler": (
        _LINE,
        "y = ai.onnx.ml.Scaler <offset = [1.0, 2.0, 0.0], scale = [2.0, 0.5, 1.0]> (x)",
    ),
    "Shape": (_LINE, "n = Shape (x) y = Reshape (x, n)"),
    "Shrink": (_LINE, "y = Shrink <lambd = 0.5, bias = 0.5> (x)"),
    "Size": (_LINE, f"n = Size (x) {_ints('a', 0)} m = Unsqueeze (n, a) y = Reshape (x, m)"),
    "Slice": (_LINE, f"{_ints('s', 0)} {_ints('e', 2)} {_ints('a', 1)} y = Slice (x, s, e, a)"),
    "SpaceToDepth": (_IMAGE, "y = SpaceToDepth <blocksize = 2> (x)"),
    "Split": (_LINE, "a, b = Split <axis = 1, num_outputs = 2> (x) y = Concat <axis = 1> (b, a)"),
    "Sqrt": (_LINE, f"{_floats('c', 1, 2, 3)} d = Sqrt (c) y = Mul (x, d)"),
    "Squeeze": (_LINE, f"{_ints('a', 0)} y = Squeeze (x, a)"),
    "Sub": (_LINE, f"{_floats('c', 1, 2, 3)} y = Sub (c, x)"),
    "Sum": (_LINE, f"{_floats('c', 1, 2, 3)} y = Sum (x, c, x)"),
    "ThresholdedRelu": (_LINE, "y = ThresholdedRelu <alpha = 0.0> (x)"),
    "Tile": (_LINE, f"{_ints('r', 2, 1)} y = Tile (x, r)"),
    "TopK": (_LINE, f"{_ints('k', 2)} y, i = TopK (x, k)"),
    "Transpose": (_LINE, "y = Transpose (x)"),
    "Unsqueeze": (_LINE, f"{_ints('a', 0)} y = Unsqueeze (x, a)"),
    "Upsample": (_IMAGE, f"{_floats('s', 1, 1, 2, 2)} y = Upsample (x, s)"),
    "Where": (_LINE, f"{_scalar('c', 0)} t = Greater (x, c) n = Neg (x) y = Where (t, x, n)"),
}

ONNX_REFUSED: dict[str, tuple[str, str]] = {
    "ArgMax": (_LINE, "i = ArgMax <axis = 1> (x) y = Cast <to = 1> (i)"),
    "Elu": (_LINE, "y = Elu (x)"),
    "Erf": (_LINE, "y = Erf (x)"),
    "Exp": (_LINE, "y = Exp (x)"),
    "Floor": (_LINE, "y = Floor (x)"),
    "HardSwish": (_LINE, "y = HardSwish (x)"),
    "LRN": (_IMAGE, "y = LRN <size = 1> (x)"),
    "LayerNormalization": (_LINE, f"{_floats('c', 1, 1, 1)} y = LayerNormalization (x, c)"),
    "LSTM": (_LINE, "y = LSTM (x, x, x)"),
    "Normalizer": (_LINE, 'y = ai.onnx.ml.Normalizer <norm = "L2"> (x)'),
    "QuantizeLinear": (
        _LINE,
        f"{_scalar('s', 0.25)} q = QuantizeLinear (x, s) y = DequantizeLinear (q, s)",
    ),
    "Resize, cubic": (
        _IMAGE,
        f'{_floats("s", 1, 1, 2, 2)} y = Resize <mode = "cubic"> (x, , s)',
    ),
    "Round": (_LINE, "y = Round (x)"),
    "Sigmoid": (_LINE, "y = Sigmoid (x)"),
    "Sign": (_LINE, "y = Sign (x)"),
    "Softmax": (_LINE, "y = Softmax (x)"),
    "Softplus": (_LINE, "y = Softplus (x)"),
    "Tanh": (_LINE, "y = Tanh (x)"),
    "TopK, indices": (
        _LINE,
        f"{_ints('k', 1)} v, i = TopK (x, k) j = Cast <to = 1> (i) y = Add (v, j)",
    ),
}
