import Foundation
import NeuralGraph
import Testing

@Suite struct ModelFileFuzzTests {
  /// Mutated files, with a checksum put right afterwards, are either refused or give a graph that can be run.
  ///
  /// A trap or an endless loop ends the test run; memory is watched through the process's own high-water mark.
  @Test func noMutatedFileTrapsOrTakesMemory() throws {
    let original = try ModelFile.encode(sampleGraph())
    var random = SplitMix(state: 0x6775_726E)
    var accepted = 0
    var faults: [String: Int] = [:]
    let before = peakMemoryKilobytes()
    for round in 0..<20_000 {
      var bytes = mutate(original, &random)
      if round % 10 != 0 { bytes = bytes.withSizes(asChangedFrom: original).withChecksum() }
      do {
        let graph = try ModelFile.decode(bytes)
        accepted += 1
        let shapes = try graph.validated()
        if graph.multiplyAdds(shapes: shapes) < 100_000, shapes.allSatisfy({ $0.count < 10_000 }) {
          _ = try ReferenceExecutor(graph).run([Double](repeating: 0.5, count: shapes[0].count))
        }
      } catch let fault as ModelFileError.Fault {
        #expect(!fault.description.contains("\n"))
        faults[String("\(fault)".prefix { !$0.isNumber && $0 != "'" }), default: 0] += 1
      }
    }
    print(
      "fuzz: \(accepted) accepted; refused:", faults.sorted { $0.value > $1.value }.map { "\($0.key) × \($0.value)" })
    #expect(accepted > 200, "flips in weights and names leave a good file")
    #expect(faults.count > 12, "the parser itself is exercised, not only its checksum")
    #expect(peakMemoryKilobytes() - before < 256 * 1024)
  }

  /// Sizes near every boundary, in every place of the description.
  @Test func hostileSizesAreRefusedEverywhere() throws {
    let original = try ModelFile.encode(sampleGraph())
    for offset in 16..<original.count - 4 {
      for value: UInt32 in [0, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0xFFFF_FFFE] {
        var bytes = original
        for byte in 0..<4 { bytes[offset + byte] = UInt8(truncatingIfNeeded: value >> (8 * UInt32(byte))) }
        if let graph = try? ModelFile.decode(bytes.withChecksum()) {
          #expect(throws: Never.self) { try graph.validated() }
        }
      }
    }
  }

  private func mutate(_ original: [UInt8], _ random: inout SplitMix) -> [UInt8] {
    var bytes = original
    for _ in 0...random.next(below: 4) {
      let place = random.next(below: max(bytes.count, 1))
      guard place < bytes.count else { continue }
      switch random.next(below: 7) {
      case 0: bytes[place] ^= 1 << UInt8(random.next(below: 8))
      case 1: bytes[place] = UInt8(random.next(below: 256))
      case 2: bytes.removeLast(random.next(below: bytes.count - place))
      case 3:
        bytes.insert(contentsOf: (0..<random.next(below: 20)).map { _ in UInt8(random.next(below: 256)) }, at: place)
      case 4: bytes.removeSubrange(place..<min(bytes.count, place + random.next(below: 20)))
      case 5:
        let value = [0, 1, 0xFF, 0x7F, 0x80][random.next(below: 5)]
        for index in place..<min(bytes.count, place + [1, 2, 4, 8][random.next(below: 4)]) {
          bytes[index] = UInt8(value)
        }
      default:
        let length = random.next(below: 40)
        let source = random.next(below: bytes.count)
        for index in 0..<length where place + index < bytes.count && source + index < bytes.count {
          bytes[place + index] = bytes[source + index]
        }
      }
    }
    return bytes
  }

  private func peakMemoryKilobytes() -> Int {
    var usage = rusage()
    getrusage(.init(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss
  }
}

extension [UInt8] {
  /// The same bytes with a header that agrees with their number, as if the description alone had changed its length.
  fileprivate func withSizes(asChangedFrom original: [UInt8]) -> [UInt8] {
    guard count >= 64, count != original.count else { return self }
    var copy = self
    if count % 2 == 1 { copy.append(0) }
    let description = Swift.max(0, (0..<4).reduce(count - original.count) { $0 + Int(original[24 + $1]) << (8 * $1) })
    let weightsOffset = (64 + description + 15) / 16 * 16
    func store(_ value: Int, at offset: Int, size: Int) {
      for byte in 0..<size { copy[offset + byte] = UInt8(truncatingIfNeeded: value >> (8 * byte)) }
    }
    store(copy.count, at: 16, size: 8)
    store(description, at: 24, size: 4)
    store(weightsOffset, at: 32, size: 8)
    store((copy.count - weightsOffset) / 2, at: 40, size: 8)
    return copy
  }
}

/// SplitMix64: small, seeded, the same everywhere (Steele, Lea & Flood 2014, doi:10.1145/2660193.2660195).
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  mutating func next(below limit: Int) -> Int { Int(next() % UInt64(limit)) }
}
