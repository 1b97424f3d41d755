/// The finished datagrams of a frame, whose numbers are replaced in place: setting one allocates nothing.
///
/// Made by ``PacketLayout``.
package struct DatagramSet: Sendable {
  /// Where one argument lies; valid for the set that the layout returned with it.
  package struct Slot: Equatable, Sendable {
    let index: Int

    /// The slot of the argument `count` places further; slots are numbered in the order in which arguments were added.
    package static func + (slot: Slot, count: Int) -> Slot { Slot(index: slot.index + count) }
  }

  private var bytes: [UInt8]
  private let ranges: [Range<Int>]
  private let offsets: [Int]

  /// - Parameters:
  ///   - bytes: all datagrams end to end.
  ///   - ranges: where in `bytes` each datagram lies, in the order of sending.
  ///   - offsets: where in `bytes` the argument of each slot lies.
  init(bytes: [UInt8], ranges: [Range<Int>], offsets: [Int]) {
    self.bytes = bytes
    self.ranges = ranges
    self.offsets = offsets
  }

  package var count: Int { ranges.count }

  /// Replaces an `f` argument; a value that is not finite becomes 0, as receivers hand on what they hear.
  package mutating func set(_ slot: Slot, _ value: Float) {
    store((value.isFinite ? value : 0).bitPattern.bigEndian, slot)
  }

  /// Replaces an `i` argument.
  package mutating func set(_ slot: Slot, _ value: Int32) { store(value.bigEndian, slot) }

  /// Replaces a `d` argument.
  package mutating func set(_ slot: Slot, _ value: Double) { store(value.bitPattern.bigEndian, slot) }

  /// Replaces successive `f` arguments from `slot` on by a vector's components.
  package mutating func set(_ slot: Slot, _ value: SIMD3<Float>) {
    for index in 0..<3 { set(slot + index, value[index]) }
  }

  /// Replaces successive `f` arguments from `slot` on by a vector's components.
  package mutating func set(_ slot: Slot, _ value: SIMD4<Float>) {
    for index in 0..<4 { set(slot + index, value[index]) }
  }

  /// Calls `body` with each datagram's bytes, in the order of sending; they are valid during the call.
  package func forEach(_ body: (UnsafeRawBufferPointer) -> Void) {
    bytes.withUnsafeBytes { all in
      for range in ranges { body(UnsafeRawBufferPointer(rebasing: all[range])) }
    }
  }

  private mutating func store<Bits: BitwiseCopyable>(_ bits: Bits, _ slot: Slot) {
    bytes.withUnsafeMutableBytes { $0.storeBytes(of: bits, toByteOffset: offsets[slot.index], as: Bits.self) }
  }
}
