import Foundation

/// What a camera does after the scene: luma, defocus, vignetting, gamma. Eight-bit in and out.
enum PictureFinish {
  /// The luma of RGBA rows, BT.601 full range.
  static func luma(_ rgba: [UInt8]) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: rgba.count / 4)
    rgba.withUnsafeBufferPointer { source in
      result.withUnsafeMutableBufferPointer { target in
        for index in target.indices {
          let (r, g, b) = (Int(source[4 * index]), Int(source[4 * index + 1]), Int(source[4 * index + 2]))
          target[index] = UInt8(truncatingIfNeeded: (r * 77 + g * 150 + b * 29 + 128) >> 8)
        }
      }
    }
    return result
  }

  /// Square RGBA rows at two thirds of their size, by area: three pixels give two.
  static func twoThirds(_ rgba: [UInt8], size: Int) -> [UInt8] {
    let edge = size * 2 / 3
    var result = [UInt8](repeating: 0, count: edge * edge * 4)
    rgba.withUnsafeBufferPointer { source in
      result.withUnsafeMutableBufferPointer { target in
        for y in 0..<edge {
          // The outer of the two pixels counts whole, the shared middle one half.
          let (whole, shared) = (y / 2 * 3 + (y & 1) * 2, y / 2 * 3 + 1)
          for x in 0..<edge {
            let (wholeX, sharedX) = (x / 2 * 3 + (x & 1) * 2, x / 2 * 3 + 1)
            for channel in 0..<4 {
              let a = Int(source[(whole * size + wholeX) * 4 + channel])
              let b = Int(source[(whole * size + sharedX) * 4 + channel])
              let c = Int(source[(shared * size + wholeX) * 4 + channel])
              let d = Int(source[(shared * size + sharedX) * 4 + channel])
              target[(y * edge + x) * 4 + channel] = UInt8((4 * a + 2 * b + 2 * c + d + 4) / 9)
            }
          }
        }
      }
    }
    return result
  }

  /// The alpha channel of square RGBA rows, averaged over blocks of 3 × 3.
  static func coverage(_ rgba: [UInt8], size: Int) -> [UInt8] {
    let edge = size / 3
    var result = [UInt8](repeating: 0, count: edge * edge)
    rgba.withUnsafeBufferPointer { source in
      for y in 0..<edge {
        for x in 0..<edge {
          var sum = 4
          for dy in 0..<3 { for dx in 0..<3 { sum += Int(source[4 * ((3 * y + dy) * size + 3 * x + dx) + 3]) } }
          result[y * edge + x] = UInt8(sum / 9)
        }
      }
    }
    return result
  }

  /// Gaussian blur of `sigma` pixels, edges repeated.
  static func blur(_ plane: [UInt8], width: Int, height: Int, sigma: Float) -> [UInt8] {
    guard sigma > 0.05 else { return plane }
    let reach = max(1, Int((2.5 * sigma).rounded(.up)))
    let taps = (-reach...reach).map { exp(-Float($0 * $0) / (2 * sigma * sigma)) }
    let total = taps.reduce(0, +)
    let weights = taps.map { Int32(($0 / total * 16384).rounded()) }
    func pass(_ source: [UInt8], _ rows: Int, _ columns: Int) -> [UInt8] {
      // Filters along rows and writes transposed.
      var result = [UInt8](repeating: 0, count: source.count)
      source.withUnsafeBufferPointer { source in
        result.withUnsafeMutableBufferPointer { result in
          for y in 0..<rows {
            for x in 0..<columns {
              var sum: Int32 = 8192
              for (tap, weight) in weights.enumerated() {
                let at = max(0, min(columns - 1, x + tap - reach))
                sum &+= weight &* Int32(source[y * columns + at])
              }
              result[x * rows + y] = UInt8(clamping: sum >> 14)
            }
          }
        }
      }
      return result
    }
    return pass(pass(plane, height, width), width, height)
  }

  /// Gamma by table and darkening towards the corners.
  static func tone(_ plane: inout [UInt8], width: Int, height: Int, gamma: Float, vignette: Float) {
    let table = (0..<256).map { UInt8(clamping: Int((pow(Float($0) / 255, gamma) * 255).rounded())) }
    let (cx, cy) = (Float(width) / 2, Float(height) / 2)
    let reach = 1 / (cx * cx + cy * cy)
    plane.withUnsafeMutableBufferPointer { plane in
      for y in 0..<height {
        for x in 0..<width {
          let index = y * width + x
          let value = table[Int(plane[index])]
          guard vignette > 0 else {
            plane[index] = value
            continue
          }
          let (dx, dy) = (Float(x) - cx, Float(y) - cy)
          plane[index] = UInt8(Float(value) * (1 - vignette * (dx * dx + dy * dy) * reach))
        }
      }
    }
  }
}
