import Foundation
import NeuralGraph
import SIMDInference
import Testing

@Suite struct LumaCropTests {
  /// The definition in double precision, tap by tap.
  private func definition(_ plane: LumaPlane, _ crop: CropTransform, width: Int, height: Int) -> [Double] {
    let k = min(max(Int((crop.side / Float(width)).rounded(.up)), 1), 8)
    func texel(_ x: Int, _ y: Int) -> Double {
      Double(plane.pixels[min(max(y, 0), plane.height - 1) * plane.stride + min(max(x, 0), plane.width - 1)]) / 255
    }
    let (sine, cosine) = (sin(Double(crop.roll)), cos(Double(crop.roll)))
    return (0..<height * width).map { pixel in
      var sum = 0.0
      for tap in 0..<k * k {
        var u = (Double(pixel % width) + (Double(tap % k) + 0.5) / Double(k)) / Double(width) - 0.5
        let v = (Double(pixel / width) + (Double(tap / k) + 0.5) / Double(k)) / Double(height) - 0.5
        if crop.mirrored { u = -u }
        let across = u * Double(crop.side)
        let down = v * Double(crop.side) * Double(height) / Double(width)
        let x = Double(crop.centre.x) + cosine * across + sine * down - 0.5
        let y = Double(crop.centre.y) - sine * across + cosine * down - 0.5
        let (left, top) = (Int(x.rounded(.down)), Int(y.rounded(.down)))
        let (right, below) = (x - Double(left), y - Double(top))
        sum +=
          (texel(left, top) * (1 - right) + texel(left + 1, top) * right) * (1 - below)
          + (texel(left, top + 1) * (1 - right) + texel(left + 1, top + 1) * right) * below
      }
      return sum / Double(k * k)
    }
  }

  private func expectDefinition(
    _ plane: LumaPlane, _ crop: CropTransform, width: Int, height: Int,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let expected = definition(plane, crop, width: width, height: height)
    for instructionSet in InstructionSet.available {
      var found = [Float](repeating: -1, count: width * height)
      LumaCrop.fill(
        &found, width: width, height: height, from: plane, crop: crop, normalization: .none,
        instructionSet: instructionSet)
      let errors = zip(found, expected).map { abs(Double($0) - $1) }
      let worst = errors.indices.max { errors[$0] < errors[$1] } ?? 0
      #expect(
        errors[worst] < 1e-3,
        "\(instructionSet) \(plane.width)×\(plane.height), \(crop): pixel \(worst) is \(found[worst]), not \(expected[worst])",
        sourceLocation: sourceLocation)
    }
  }

  @Test func cropsInsideTheFrameFollowTheDefinition() throws {
    try withGuardedPlane(width: 160, height: 120, padding: 5) { plane in
      for side: Float in [9, 20, 47.3, 80] {
        for roll: Float in [0, 0.3, -2.1] {
          for mirrored in [false, true] {
            let crop = CropTransform(centre: [81.3, 60.9], side: side, roll: roll, mirrored: mirrored)
            expectDefinition(plane, crop, width: 16, height: 16)
            expectDefinition(plane, crop, width: 21, height: 13)
          }
        }
      }
    }
  }

  @Test func cropsBeyondTheFrameRepeatItsEdge() throws {
    try withGuardedPlane(width: 61, height: 40) { plane in
      for centre: SIMD2<Float> in [[0, 0], [61, 40], [30, -20], [-500, 20], [58.5, 38.7]] {
        for side: Float in [7, 33, 300] {
          for mirrored in [false, true] {
            let crop = CropTransform(centre: centre, side: side, roll: 0.4, mirrored: mirrored)
            expectDefinition(plane, crop, width: 12, height: 9)
          }
        }
      }
    }
  }

  @Test func tinyPlanesAreReadToTheirLastByte() throws {
    for (width, height) in [(1, 1), (2, 1), (1, 2), (2, 2), (3, 2), (2, 3), (4, 2), (5, 5), (9, 1)] {
      try withGuardedPlane(width: width, height: height) { plane in
        let crop = CropTransform(
          centre: [Float(width) / 2, Float(height) / 2], side: Float(max(width, height)) * 1.5, roll: 0.2,
          mirrored: false)
        expectDefinition(plane, crop, width: 9, height: 7)
      }
    }
  }

  @Test func transformsThatAreNoNumbersReadNothingElse() throws {
    try withGuardedPlane(width: 30, height: 20) { plane in
      for value in [Float.nan, .infinity, -.infinity, 1e30, -1e30] {
        for crop in [
          CropTransform(centre: [value, 5], side: 10, roll: 0, mirrored: false),
          CropTransform(centre: [5, value], side: 10, roll: 0, mirrored: true),
          CropTransform(centre: [5, 5], side: value, roll: 0, mirrored: false),
          CropTransform(centre: [5, 5], side: 10, roll: value, mirrored: false),
        ] {
          for instructionSet in InstructionSet.available {
            var pixels = [Float](repeating: -1, count: 12 * 12)
            LumaCrop.fill(
              &pixels, width: 12, height: 12, from: plane, crop: crop, normalization: .none,
              instructionSet: instructionSet)
            #expect(pixels.allSatisfy { (0...1).contains($0) }, "\(crop)")
          }
        }
      }
    }
  }

  @Test func lightIsNormalisedOverTheCrop() throws {
    try withGuardedPlane(width: 90, height: 70) { plane in
      let crop = CropTransform(centre: [40, 30], side: 41, roll: 0.1, mirrored: false)
      for (width, height) in [(24, 24), (13, 11)] {
        let luma = definition(plane, crop, width: width, height: height)
        let mean = luma.reduce(0, +) / Double(luma.count)
        let deviation = (luma.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(luma.count)).squareRoot()
        for instructionSet in InstructionSet.available {
          var found = [Float](repeating: 0, count: luma.count)
          LumaCrop.fill(
            &found, width: width, height: height, from: plane, crop: crop, normalization: .meanVariance,
            instructionSet: instructionSet)
          let worst = zip(found, luma).map { abs(Double($0) - ($1 - mean) / (deviation + 0.01)) }.max() ?? 1
          #expect(worst < 1e-2, "\(instructionSet): \(worst)")
        }
      }
    }
  }

  @Test func aCropRunsThroughTheNetwork() throws {
    var builder = GraphBuilder(channels: 1, height: 12, width: 12)
    builder.convolution(4, stride: 2, activation: .relu)
    builder.fullyConnected(5)
    var graph = builder.finished()
    graph.input.normalization = .meanVariance
    let executor = try SIMDExecutor(graph, batch: 2)
    let crops = [false, true].map { CropTransform(centre: [40, 30], side: 50, roll: 0.2, mirrored: $0) }
    try withGuardedPlane(width: 90, height: 70) { plane in
      crops.withUnsafeBufferPointer { executor.run(plane, crops: $0) }
      for (image, crop) in crops.enumerated() {
        var input = [Float](repeating: 0, count: 144)
        LumaCrop.fill(&input, width: 12, height: 12, from: plane, crop: crop, normalization: .meanVariance)
        let expected = try ReferenceExecutor(graph).run(input.map(Double.init))[2]
        for (found, expected) in zip(executor.output(0, image: image), expected) {
          #expect(abs(Double(found) - expected) < 1e-4)
        }
      }
    }
  }
}
