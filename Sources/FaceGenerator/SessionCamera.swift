import Foundation

/// What a webcam adds to a rendered frame: defocus, sensor noise, its own tone curve.
struct SessionCamera {
  struct Configuration: Sendable {
    /// Gaussian defocus, pixels.
    var blur: Float
    /// Deviation of the noise, levels of 255.
    var noise: Float
    /// Exponent on the shown picture.
    var gamma: Float
    /// x264's constant rate factor; nil leaves it to who writes the clip.
    var quality: Int?

    /// Adds nothing.
    static let clean = Configuration(blur: 0, noise: 0, gamma: 1, quality: nil)
  }

  private let configuration: Configuration
  private var random: RandomSource
  /// Normal noise, drawn once; every row of every frame reads it from another place.
  private let noise: [Int16]
  private let tone: [Int16]

  init(_ configuration: Configuration, seed: UInt64) {
    self.configuration = configuration
    var random = RandomSource(seed: seed, index: 0x6E6F_6973_65)
    noise =
      configuration.noise > 0 ? (0..<1 << 16).map { _ in Int16(random.normal(0, configuration.noise).rounded()) } : []
    tone = (0..<256).map { Int16((pow(Float($0) / 255, configuration.gamma) * 255).rounded()) }
    self.random = random
  }

  /// The frame as the camera hands it over.
  mutating func picture(_ source: Picture) -> Picture {
    var result = source
    if configuration.blur > 0 { blur(&result) }
    guard configuration.noise > 0 || configuration.gamma != 1 else { return result }
    let width = source.width
    let starts = (0..<source.height).map { _ in noise.isEmpty ? 0 : random.below(noise.count - width) }
    result.bytes.withUnsafeMutableBufferPointer { bytes in
      for (row, start) in starts.enumerated() {
        for column in 0..<width {
          let grain = noise.isEmpty ? 0 : noise[start + column]
          let at = (row * width + column) * 4
          for channel in at..<at + 3 { bytes[channel] = UInt8(clamping: tone[Int(bytes[channel])] + grain) }
        }
      }
    }
    return result
  }

  private func blur(_ picture: inout Picture) {
    for channel in 0..<3 {
      let plane = (0..<picture.width * picture.height).map { picture.bytes[4 * $0 + channel] }
      let soft = PictureFinish.blur(plane, width: picture.width, height: picture.height, sigma: configuration.blur)
      for (index, value) in soft.enumerated() { picture.bytes[4 * index + channel] = value }
    }
  }
}
