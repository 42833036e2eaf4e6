/**
 * Imported before onnxruntime is, which reads the variable when it is loaded: version 1.30 would otherwise note what it runs on and
 * what it runs in ~/.cache/Microsoft, to be sent to its makers.
 */
process.env.ORT_DISABLE_TELEMETRY ??= '1'
