import Foundation
import NeuralGraph
import Testing

@Suite struct ModelFileTests {
  private let directory = FileManager.default.temporaryDirectory.appendingPathComponent("gurn-\(UUID().uuidString)")

  private func withFile(_ bytes: [UInt8], _ body: (String) throws -> Void) throws {
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let file = directory.appendingPathComponent("model.gurn")
    try Data(bytes).write(to: file)
    try body(file.path)
  }

  @Test func theChecksumIsThatOfZlib() {
    #expect(CRC32.checksum(Array("123456789".utf8)) == 0xCBF4_3926)
  }

  @Test func aGraphComesBackAsItWasWritten() throws {
    var graph = sampleGraph()
    graph.nodes.append(.init(name: "alone", operation: .activation(.elu), inputs: [5]))
    graph.nodes.append(.init(name: "pool", operation: .averagePool(kernel: 1), inputs: [0]))
    try withFile([]) { path in
      try ModelFile.write(graph, to: path)
      let copy = try ModelFile.read(path)
      #expect(copy.name == graph.name && copy.input == graph.input && copy.nodes == graph.nodes)
      #expect(copy.outputs == graph.outputs && copy.crops == graph.crops)
      #expect(copy.weights == graph.weights, "sixteenths are exact in half precision")
      #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["model.gurn"])
    }
  }

  @Test func aGraphWithoutCropsIsReadableByTheFirstReaders() throws {
    var graph = sampleGraph()
    #expect(try ModelFile.encode(graph)[8] == 2)
    graph.crops = []
    let bytes = try ModelFile.encode(graph)
    #expect(bytes[8] == 1)
    #expect(try ModelFile.decode(bytes).crops.isEmpty)
  }

  @Test(arguments: [Float.nan, 0, -1, 17])
  func aCropWithoutAPlausibleSideIsRefused(side: Float) throws {
    var graph = sampleGraph()
    graph.crops[0].sideFactor = side
    let bytes = try ModelFile.encode(graph)
    let fault = #expect(throws: ModelFileError.Fault.self) { try ModelFile.decode(bytes) }
    #expect(fault?.description.contains("a side above 0") == true)
  }

  @Test func weightsStandOnSixteenBytes() throws {
    for length in 0..<16 {
      var graph = sampleGraph()
      graph.name = String(repeating: "n", count: length)
      let bytes = try ModelFile.encode(graph)
      let offset = bytes[32..<40].reversed().reduce(0) { $0 << 8 | Int($1) }
      #expect(offset % 16 == 0)
      #expect(bytes.count == offset + 2 * graph.weights.count)
    }
  }

  @Test func everyTruncationNamesItsByte() throws {
    let bytes = try ModelFile.encode(sampleGraph())
    for length in 1..<bytes.count {
      let expected = length < 64 ? 64 : bytes.count
      #expect(throws: ModelFileError.Fault.truncated(atByte: length, expected: UInt64(expected))) {
        try ModelFile.decode(Array(bytes[..<length]))
      }
    }
  }

  @Test func everySingleFlippedBitIsFound() throws {
    let bytes = try ModelFile.encode(sampleGraph())
    for bit in 0..<bytes.count * 8 {
      var damaged = bytes
      damaged[bit / 8] ^= 1 << (bit % 8)
      #expect(throws: ModelFileError.Fault.self, "bit \(bit)") { try ModelFile.decode(damaged) }
    }
  }

  @Test func faultsAreOneLineThatNamesTheFile() throws {
    let good = try ModelFile.encode(sampleGraph())
    var newer = good
    newer[8] = 7
    var corrupt = good
    corrupt[100] ^= 0x10
    let cases: [([UInt8], String)] = [
      ([], "the file is empty"), (Array("hello, world".utf8), "not a Gurn model"),
      (newer, "format version 7 is newer"), (corrupt, "corrupt: checksum 0x"),
      (good + [0], "bytes where its header says"),
      (Array(good[..<99]), "truncated at byte 99"),
    ]
    for (bytes, expected) in cases {
      try withFile(bytes) { path in
        let error = #expect(throws: ModelFileError.self) { try ModelFile.read(path) }
        let line = error?.description ?? ""
        #expect(line.hasPrefix(path + ": ") && line.contains(expected) && !line.contains("\n"), "\(line)")
      }
    }
  }

  @Test func whatIsNoFileIsRefused() throws {
    #expect(throws: ModelFileError(path: "/", fault: .notARegularFile)) { try ModelFile.read("/") }
    #expect(throws: ModelFileError(path: "/dev/null", fault: .notARegularFile)) { try ModelFile.read("/dev/null") }
    let error = #expect(throws: ModelFileError.self) { try ModelFile.read("/nonexistent/model.gurn") }
    #expect(error?.description == "/nonexistent/model.gurn: open failed: No such file or directory")
    #expect(throws: ModelFileError.self) { try ModelFile.write(sampleGraph(), to: "/nonexistent/model.gurn") }
  }

  @Test func aCycleIsRefused() throws {
    // The second node's only input is the u32 after its name and a count of one.
    var bytes = try ModelFile.encode(sampleGraph())
    let name = Array("depthwise".utf8) + [1]
    let start = try #require((0..<bytes.count - name.count).first { Array(bytes[$0..<$0 + name.count]) == name })
    bytes[start + name.count] = 3
    let error = #expect(throws: ModelFileError.Fault.self) { try ModelFile.decode(bytes.withChecksum()) }
    #expect(error == .graph(.node(index: 1, name: "depthwise", .unavailableValue(3, limit: 2))))
  }

  @Test func whatHasNoPlaceInTheFormatIsNotWritten() {
    var graph = sampleGraph()
    graph.weights[3] = 70_000
    #expect(throws: ModelFileError.Fault.weightTooLarge(index: 3, value: 70_000)) { try ModelFile.encode(graph) }
    graph = sampleGraph()
    graph.nodes[0].name = "two\nlines"
    #expect(throws: ModelFileError.Fault.self) { try ModelFile.encode(graph) }
    graph = sampleGraph()
    graph.name = String(repeating: "x", count: 1025)
    #expect(throws: ModelFileError.Fault.self) { try ModelFile.encode(graph) }
    graph.name = ""
    graph.nodes[0].inputs = [1]
    #expect(throws: ModelFileError.Fault.self) { try ModelFile.encode(graph) }
  }
}

extension [UInt8] {
  /// The same bytes with the checksum that they ought to have.
  func withChecksum() -> [UInt8] {
    var copy = self
    guard count >= 16 else { return copy }
    let checksum = CRC32.checksum(self[16...])
    for byte in 0..<4 { copy[12 + byte] = UInt8(truncatingIfNeeded: checksum >> (8 * UInt32(byte))) }
    return copy
  }
}
