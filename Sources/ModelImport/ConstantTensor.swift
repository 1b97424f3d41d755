import Foundation
import NeuralGraph

/// Numbers that are known before the network runs: an initializer or a constant of an ONNX graph, or a test's data.
package struct ConstantTensor {
  package var dimensions: [Int]
  package var elements: Elements

  /// The numbers in row-major order.
  package enum Elements {
    case floats([Float])
    case integers([Int])
  }

  /// The numbers as floats, whatever they are in the file.
  package var floats: [Float] {
    switch elements {
    case .floats(let values): values
    case .integers(let values): values.map(Float.init)
    }
  }

  /// The numbers as integers, nil for floats.
  var integers: [Int]? { if case .integers(let values) = elements { values } else { nil } }

  init(dimensions: [Int], elements: Elements) {
    self.dimensions = dimensions
    self.elements = elements
  }

  /// The numbers of a tensor of any of ONNX's numeric types but complex and 8-bit floats.
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
    elements = try Self.elements(tensor)
    let found = if case .floats(let values) = elements { values.count } else { integers?.count ?? 0 }
    guard found == count else {
      throw Refusal("it has \(found) numbers where its dimensions \(dimensions) call for \(count)")
    }
  }

  /// Whether ONNX's data type of that number holds integers or truth values.
  static func isInteger(dataType: Int32) -> Bool { [2, 3, 4, 5, 6, 7, 9, 12, 13].contains(dataType) }

  private static func elements(_ tensor: ONNXTensorProto) throws(Refusal) -> Elements {
    let raw = tensor.rawData
    func small<T: FixedWidthInteger>(_ type: T.Type) -> Elements {
      .integers(
        raw.isEmpty ? tensor.int32Data.map(Int.init) : load(raw, as: T.self).map { Int(truncatingIfNeeded: $0) })
    }
    switch tensor.dataType {
    case 1:
      return .floats(raw.isEmpty ? tensor.floatData : load(raw, as: UInt32.self).map(Float.init(bitPattern:)))
    case 2: return small(UInt8.self)
    case 3: return small(Int8.self)
    case 4: return small(UInt16.self)
    case 5: return small(Int16.self)
    case 6: return small(Int32.self)
    case 7:
      return .integers(raw.isEmpty ? tensor.int64Data.map(Int.init) : load(raw, as: Int64.self).map(Int.init))
    case 9: return small(UInt8.self)
    case 10:
      let bits =
        raw.isEmpty ? tensor.int32Data.map { UInt16(truncatingIfNeeded: $0) } : load(raw, as: UInt16.self)
      return .floats(bits.map(HalfPrecision.float))
    case 11 where !raw.isEmpty:
      return .floats(load(raw, as: UInt64.self).map { Float(Double(bitPattern: $0)) })
    case 12 where !raw.isEmpty: return small(UInt32.self)
    case 13 where !raw.isEmpty: return small(UInt64.self)
    default: throw Refusal("its data type \(tensor.dataType) is not one that is read")
    }
  }

  private static func load<T: FixedWidthInteger>(_ data: Data, as: T.Type) -> [T] {
    data.withUnsafeBytes { bytes in
      let count = bytes.count / MemoryLayout<T>.size
      return [T](unsafeUninitializedCapacity: count) { target, filled in
        UnsafeMutableRawBufferPointer(target).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: bytes[..<(count * MemoryLayout<T>.size)]))
        filled = count
      }.map { T(littleEndian: $0) }
    }
  }
}
