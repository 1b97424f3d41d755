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
    return filterColumns(filterRows(plane, width, height, weights), width, height, weights)
  }

  private static func filterRows(_ plane: [UInt8], _ width: Int, _ height: Int, _ weights: [Int32]) -> [UInt8] {
    let reach = weights.count / 2
    var padded = [UInt8](repeating: 0, count: width + 2 * reach)
    var sums = [Int32](repeating: 0, count: width)
    return [UInt8](unsafeUninitializedCapacity: plane.count) { result, count in
      count = plane.count
      for y in 0..<height {
        let start = y * width
        for x in padded.indices { padded[x] = plane[start + max(0, min(width - 1, x - reach))] }
        padded.withUnsafeBufferPointer { padded in
          for (tap, weight) in weights.enumerated() {
            add(UnsafeBufferPointer(rebasing: padded[tap..<tap + width]), weight, isFirst: tap == 0, to: &sums)
          }
        }
        store(sums, in: UnsafeMutableBufferPointer(rebasing: result[start..<start + width]))
      }
    }
  }

  private static func filterColumns(_ plane: [UInt8], _ width: Int, _ height: Int, _ weights: [Int32]) -> [UInt8] {
    let reach = weights.count / 2
    var sums = [Int32](repeating: 0, count: width)
    return [UInt8](unsafeUninitializedCapacity: plane.count) { result, count in
      count = plane.count
      plane.withUnsafeBufferPointer { plane in
        for y in 0..<height {
          for (tap, weight) in weights.enumerated() {
            let start = max(0, min(height - 1, y + tap - reach)) * width
            add(UnsafeBufferPointer(rebasing: plane[start..<start + width]), weight, isFirst: tap == 0, to: &sums)
          }
          store(sums, in: UnsafeMutableBufferPointer(rebasing: result[y * width..<(y + 1) * width]))
        }
      }
    }
  }

  /// `sums += row × weight`, or `= 8192 + row × weight`, in a loop that compilers turn into vector code.
  private static func add(_ row: UnsafeBufferPointer<UInt8>, _ weight: Int32, isFirst: Bool, to sums: inout [Int32]) {
    sums.withUnsafeMutableBufferPointer { sums in
      if isFirst {
        for x in 0..<row.count { sums[x] = 8192 &+ weight &* Int32(truncatingIfNeeded: row[x]) }
      } else {
        for x in 0..<row.count { sums[x] &+= weight &* Int32(truncatingIfNeeded: row[x]) }
      }
    }
  }

  private static func store(_ sums: [Int32], in row: UnsafeMutableBufferPointer<UInt8>) {
    sums.withUnsafeBufferPointer { sums in
      for x in 0..<row.count { row[x] = UInt8(truncatingIfNeeded: min(255, sums[x] &>> 14)) }
    }
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
