extension Picture {
  /// A part of the picture, in pixels from the upper left, at another size; each pixel is the mean of 2 × 2 samples.
  func resampled(origin: SIMD2<Float>, size: SIMD2<Float>, width: Int, height: Int) -> Picture {
    var result = [UInt8](repeating: 0, count: width * height * 4)
    let step = size / SIMD2(Float(width), Float(height))
    let last = (x: self.width - 1, y: self.height - 1)
    bytes.withUnsafeBufferPointer { source in
      for y in 0..<height {
        let rows = [0.25, 0.75].map { max(0, min(last.y, Int(origin.y + (Float(y) + $0) * step.y))) * self.width }
        for x in 0..<width {
          let a = max(0, min(last.x, Int(origin.x + (Float(x) + 0.25) * step.x)))
          let b = max(0, min(last.x, Int(origin.x + (Float(x) + 0.75) * step.x)))
          for channel in 0..<4 {
            let sum =
              Int(source[4 * (rows[0] + a) + channel]) + Int(source[4 * (rows[0] + b) + channel])
              + Int(source[4 * (rows[1] + a) + channel]) + Int(source[4 * (rows[1] + b) + channel])
            result[4 * (y * width + x) + channel] = UInt8((sum + 2) / 4)
          }
        }
      }
    }
    return Picture(width: width, height: height, bytes: result)
  }
}
