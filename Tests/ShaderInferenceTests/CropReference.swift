import Foundation
import NeuralGraph

/// A frame of luma made up for tests, and the crop in plain loops.
struct TestFrame {
  let width: Int
  let height: Int
  let stride: Int
  var pixels: [UInt8]

  /// Slow waves, an edge and noise.
  init(width: Int, height: Int, stride: Int) {
    self.width = width
    self.height = height
    self.stride = stride
    var builder = GraphBuilder(TensorShape(channels: 1, height: 1, width: 1), seed: 5)
    pixels = [UInt8](repeating: 255, count: stride * height)
    for y in 0..<height {
      for x in 0..<width {
        let wave = 60 * sin(Float(x) / 9) * cos(Float(y) / 13) + (x > width / 2 ? 40 : -20)
        pixels[y * stride + x] = UInt8(min(max(120 + wave + 30 * builder.random(), 0), 255))
      }
    }
  }

  func withPlane<Failure: Error>(_ body: (LumaPlane) throws(Failure) -> Void) throws(Failure) {
    try pixels.withUnsafeBufferPointer { (buffer) throws(Failure) in
      try body(LumaPlane(pixels: buffer.baseAddress!, width: width, height: height, stride: stride))
    }
  }

  private func pixel(_ x: Int, _ y: Int) -> Double {
    Double(pixels[min(max(y, 0), height - 1) * stride + min(max(x, 0), width - 1)]) / 255
  }

  private func bilinear(_ x: Double, _ y: Double) -> Double {
    let (left, top) = ((x - 0.5).rounded(.down), (y - 0.5).rounded(.down))
    let (u, v) = (x - 0.5 - left, y - 0.5 - top)
    let (i, j) = (Int(left), Int(top))
    return (pixel(i, j) * (1 - u) + pixel(i + 1, j) * u) * (1 - v)
      + (pixel(i, j + 1) * (1 - u) + pixel(i + 1, j + 1) * u) * v
  }

  /// The crop by its definition: luma 0…1, or normalised.
  func crop(_ crop: CropTransform, width: Int, height: Int, normalization: Graph.Normalization) -> [Double] {
    let taps = Int(min(max((crop.side / Float(width)).rounded(.up), 1), 8))
    let (c, s) = (cos(Double(crop.roll)), sin(Double(crop.roll)))
    let side = Double(crop.side)
    var result: [Double] = []
    for j in 0..<height {
      for i in 0..<width {
        var sum = 0.0
        for b in 0..<taps {
          for a in 0..<taps {
            let across = ((Double(i) + (Double(a) + 0.5) / Double(taps)) / Double(width) - 0.5) * side
            let u = crop.mirrored ? -across : across
            let v =
              ((Double(j) + (Double(b) + 0.5) / Double(taps)) / Double(height) - 0.5) * side * Double(height)
              / Double(width)
            sum += bilinear(Double(crop.centre.x) + c * u + s * v, Double(crop.centre.y) - s * u + c * v)
          }
        }
        result.append(sum / Double(taps * taps))
      }
    }
    guard normalization == .meanVariance else { return result }
    let mean = result.reduce(0, +) / Double(result.count)
    let variance = result.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(result.count)
    return result.map { ($0 - mean) / (variance.squareRoot() + 0.01) }
  }
}
