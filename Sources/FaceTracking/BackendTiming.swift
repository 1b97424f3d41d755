import NeuralGraph

/// Measures what a tracked frame costs a backend.
package enum BackendTiming {
  /// The median of 15 tracked 640×480 frames after 3 to warm up, wall time in seconds, upload to outputs.
  package static func secondsPerFrame(
    _ backend: any InferenceBackend, networks: FaceNetworks
  ) throws(FaceTrackingError) -> Double {
    // Any picture costs the same; a gradient keeps the numbers finite and alive.
    let pixels = (0..<640 * 480).map { UInt8(truncatingIfNeeded: $0 % 640 / 4 + $0 / 640 / 8) }
    var outputs = NetworkOutputs(networks: networks)
    let window = CropTransform(centre: [320, 240], side: 280, roll: 0.1, mirrored: false)
    let clock = ContinuousClock()
    var seconds: [Double] = []
    for frame in 0..<18 {
      let begin = clock.now
      try pixels.withUnsafeBufferPointer { (buffer) throws(FaceTrackingError) in
        guard let first = buffer.baseAddress else { return }
        try backend.load(LumaPlane(pixels: first, width: 640, height: 480, stride: 640))
        try backend.track(window, into: &outputs)
      }
      if frame >= 3 { seconds.append((clock.now - begin) / .seconds(1)) }
    }
    return seconds.sorted()[seconds.count / 2]
  }
}
