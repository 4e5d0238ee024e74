"""From files and models to exact networks; the only room that knows torch and ONNX."""
