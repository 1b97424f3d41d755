import Yams

/// What rig profiles have beside plain keys: lists of numbers, and keys that the file's author chose.
extension Section {
  /// Keys in the file's order, with what they hold.
  var entries: [(name: String, key: Node, value: Node)] {
    values.map { ($0.key.scalar?.string ?? "", $0.key, $0.value) }
  }

  mutating func number(_ key: String, _ value: inout Float, in range: ClosedRange<Double>) {
    guard has(key) else { return _ = take(key) }
    var read = Double(String(value)) ?? 0
    number(key, &read, in: range)
    value = Float(read)
  }

  /// A list of finite numbers of a known length; nil if the key is not set or is wrong.
  mutating func numbers(_ key: String, count: Int, example: String) -> [Float]? {
    guard let node = take(key) else { return nil }
    if let read = Self.numbers(of: node, count: count) { return read }
    refuse(key, node, "has to be \(count) numbers, such as \(example)")
    return nil
  }

  /// A list of points; nil if the key is not set or is wrong.
  mutating func points(_ key: String) -> [SIMD2<Float>]? {
    guard let node = take(key) else { return nil }
    let read = node.sequence.map { $0.map { Self.numbers(of: $0, count: 2) } } ?? [nil]
    guard !read.contains(nil) else {
      refuse(key, node, "has to be points of input and output, such as [[0, 0], [0.5, 0.7], [1, 1]]")
      return nil
    }
    return read.map { SIMD2($0![0], $0![1]) }
  }

  private static func numbers(of node: Node, count: Int) -> [Float]? {
    guard let items = node.sequence, items.count == count else { return nil }
    let read = items.compactMap { $0.plainText.flatMap(decimal) }.map { Float($0) }
    return read.count == count && read.allSatisfy(\.isFinite) ? read : nil
  }
}
