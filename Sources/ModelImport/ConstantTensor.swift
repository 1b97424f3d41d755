import Foundation
import NeuralGraph

/// An initializer or a constant of an ONNX graph: numbers that are known before the network runs.
struct ConstantTensor {
  var dimensions: [Int]
  var elements: Elements

  enum Elements {
    case floats([Float])
    case integers([Int])
  }

  /// The numbers as floats, whatever they are in the file.
  var floats: [Float] {
    switch elements {
    case .floats(let values): values
    case .integers(let values): values.map(Float.init)
    }
  }

  /// The numbers as integers, nil for floats.
  var integers: [Int]? { if case .integers(let values) = elements { values } else { nil } }

  init(_ tensor: ONNXTensorProto) throws(Refusal) {
    guard tensor.dataLocation == 0 else {
      throw Refusal("its numbers are in a separate file; export them into the model")
    }
    var count = 1
    var dimensions: [Int] = []
    for dimension in tensor.dims {
      let (product, overflow) = count.multipliedReportingOverflow(by: Int(dimension))
      guard dimension >= 0, !overflow else { throw Refusal("its dimensions \(tensor.dims) are impossible") }
      count = product
      dimensions.append(Int(dimension))
    }
    self.dimensions = dimensions
    switch tensor.dataType {
    case 1:
      elements = .floats(
        tensor.rawData.isEmpty
          ? tensor.floatData : Self.load(tensor.rawData, as: UInt32.self).map(Float.init(bitPattern:)))
    case 7:
      elements = .integers(
        tensor.rawData.isEmpty
          ? tensor.int64Data.map(Int.init) : Self.load(tensor.rawData, as: Int64.self).map(Int.init))
    case 9:
      elements = .integers(tensor.rawData.isEmpty ? tensor.int32Data.map(Int.init) : tensor.rawData.map(Int.init))
    case 10:
      let bits =
        tensor.rawData.isEmpty
        ? tensor.int32Data.map { UInt16(truncatingIfNeeded: $0) } : Self.load(tensor.rawData, as: UInt16.self)
      elements = .floats(bits.map(HalfPrecision.float))
    default:
      throw Refusal("its data type \(tensor.dataType) is neither float, half, int64 nor bool")
    }
    let found = floats.count
    guard found == count else {
      throw Refusal("it has \(found) numbers where its dimensions \(dimensions) call for \(count)")
    }
  }

  private static func load<T: FixedWidthInteger>(_ data: Data, as: T.Type) -> [T] {
    data.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count - bytes.count % MemoryLayout<T>.size, by: MemoryLayout<T>.size).map {
        T(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: T.self))
      }
    }
  }
}
