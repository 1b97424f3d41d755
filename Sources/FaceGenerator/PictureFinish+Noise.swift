extension PictureFinish {
  /// Adds noise of `deviation` levels to luma, much the same at all brightnesses: what a sensor shows in little light.
  static func addNoise(_ plane: inout [UInt8], deviation: Float, _ random: inout RandomSource) {
    guard deviation > 0 else { return }
    // The sum of four even bytes is nearly normal, with a deviation of 147.8.
    let scale = Int((deviation / 147.8 * 65536).rounded())
    plane.withUnsafeMutableBufferPointer { plane in
      for index in plane.indices {
        let bits = random.next()
        let sum = Int(bits & 255) + Int(bits >> 8 & 255) + Int(bits >> 16 & 255) + Int(bits >> 24 & 255) - 510
        plane[index] = UInt8(max(0, min(255, Int(plane[index]) + (sum * scale) >> 16)))
      }
    }
  }
}
