import Foundation

/// An array read from a NumPy version 1 file: little-endian, C order.
///
/// Format: NEP 1 / numpy.lib.format. Element types: `u1`, `i2`, `u2`, `f2`, `f4`.
package struct NPYArray: Sendable {
  package let shape: [Int]
  /// The type as the header spells it, such as `<f4`.
  package let type: String
  private let data: Data
  private let start: Int
  private let path: String

  /// Reads the whole file; throws ``GeneratorError`` for a missing or malformed one.
  package init(path: String) throws(GeneratorError) {
    guard let data = FileManager.default.contents(atPath: path) else { throw .missingAsset(path: path) }
    try self.init(data: data, path: path)
  }

  /// Parses a file's bytes; `path` names it in errors.
  package init(data: Data, path: String) throws(GeneratorError) {
    let data = Data(data)
    guard data.count >= 10, data.prefix(6) == Data([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]) else {
      throw .malformedAsset(path: path, fault: "not a NumPy array")
    }
    let length = Int(data[8]) | Int(data[9]) << 8
    guard data[6] == 1, data.count >= 10 + length else {
      throw .malformedAsset(path: path, fault: "not a complete NumPy version 1 header")
    }
    let header = String(decoding: data[10..<10 + length], as: UTF8.self)
    guard let type = Self.quoted(after: "'descr':", in: header), header.contains("'fortran_order': False"),
      let shape = Self.tuple(after: "'shape':", in: header)
    else { throw .malformedAsset(path: path, fault: "unsupported header \(header)") }
    let width = Int(type.suffix(1)) ?? 0
    let (count, isAbsurd) = shape.reduce((1, false)) { sum, size in
      let (product, overflow) = sum.0.multipliedReportingOverflow(by: size)
      return (product, sum.1 || overflow || product > data.count)
    }
    guard width > 0, !isAbsurd, data.count >= 10 + length + count * width else {
      throw .malformedAsset(path: path, fault: "\(data.count) bytes do not hold \(shape) of \(type)")
    }
    self.shape = shape
    self.type = type
    self.data = data
    self.path = path
    start = 10 + length
  }

  /// The number of elements.
  package var count: Int { shape.reduce(1, *) }

  /// All elements as floats, whatever their type.
  package func floats() throws(GeneratorError) -> [Float] {
    switch type {
    case "<f4": try elements(Float.self)
    case "<f2": try elements(UInt16.self).map(Self.float(half:))
    case "<i2": try elements(Int16.self).map(Float.init)
    default: try integers().map(Float.init)
    }
  }

  /// All elements as integers; throws for floating-point files.
  package func integers() throws(GeneratorError) -> [Int] {
    switch type {
    case "|u1": try elements(UInt8.self).map(Int.init)
    case "<u2": try elements(UInt16.self).map(Int.init)
    case "<i2": try elements(Int16.self).map(Int.init)
    case "<i4": try elements(Int32.self).map(Int.init)
    default: throw .malformedAsset(path: path, fault: "element type \(type) is not an integer that is read here")
    }
  }

  private func elements<T>(_: T.Type) throws(GeneratorError) -> [T] {
    guard Int(type.suffix(1)) == MemoryLayout<T>.size else {
      throw .malformedAsset(path: path, fault: "element type \(type) where \(T.self) was expected")
    }
    return data.withUnsafeBytes { bytes in
      (0..<count).map { bytes.loadUnaligned(fromByteOffset: start + $0 * MemoryLayout<T>.size, as: T.self) }
    }
  }

  private static func float(half bits: UInt16) -> Float {
    let sign: Float = bits & 0x8000 == 0 ? 1 : -1
    let exponent = Int(bits >> 10) & 31
    let fraction = Float(bits & 1023)
    switch exponent {
    case 0: return sign * fraction * 0x1p-24
    case 31: return bits & 1023 == 0 ? sign * .infinity : .nan
    default: return sign * (1024 + fraction) * Float(sign: .plus, exponent: exponent - 25, significand: 1)
    }
  }

  private static func quoted(after key: String, in header: String) -> String? {
    guard let range = header.range(of: key) else { return nil }
    let parts = header[range.upperBound...].split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
    return parts.count == 3 ? String(parts[1]) : nil
  }

  private static func tuple(after key: String, in header: String) -> [Int]? {
    guard let range = header.range(of: key), let open = header[range.upperBound...].firstIndex(of: "("),
      let close = header[open...].firstIndex(of: ")")
    else { return nil }
    // A tuple of one ends in a comma.
    let parts = header[header.index(after: open)..<close].split(separator: ",").map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    let sizes = parts.filter { !$0.isEmpty }.map { Int($0) ?? -1 }
    return sizes.contains { $0 < 0 } ? nil : sizes
  }
}
