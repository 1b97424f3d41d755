import NeuralGraph

/// Measures what a tracked frame costs a backend.
package enum BackendTiming {
  /// The median of 15 tracked 640×480 frames after 3 to warm up, wall time in seconds, upload to outputs.
  ///
  /// - Parameter limit: how long it may take, seconds. Where that is not enough for all frames, fewer count; where even the
  ///   first frame is slower, that one.
  package static func secondsPerFrame(
    _ backend: any InferenceBackend, networks: FaceNetworks, within limit: Double = .infinity
  ) throws(FaceTrackingError) -> Double {
    // Any picture costs the same; a gradient keeps the numbers finite and alive.
    let pixels = (0..<640 * 480).map { UInt8(truncatingIfNeeded: $0 % 640 / 4 + $0 / 640 / 8) }
    var outputs = NetworkOutputs(networks: networks)
    let window = CropTransform(centre: [320, 240], side: 280, roll: 0.1, mirrored: false)
    let clock = ContinuousClock()
    var seconds: [Double] = []
    let start = clock.now
    for _ in 0..<18 where seconds.isEmpty || (clock.now - start) / .seconds(1) < limit {
      let begin = clock.now
      try pixels.withUnsafeBufferPointer { (buffer) throws(FaceTrackingError) in
        guard let first = buffer.baseAddress else { return }
        try backend.load(LumaPlane(pixels: first, width: 640, height: 480, stride: 640))
        try backend.track(window, into: &outputs)
      }
      seconds.append((clock.now - begin) / .seconds(1))
    }
    let warm = seconds.dropFirst(min(3, seconds.count - 1)).sorted()
    return warm[warm.count / 2]
  }
}
