import FaceGenerator
import Foundation
import Testing

@Suite struct NPYTests {
  private func temporaryFile() -> String { NSTemporaryDirectory() + "npy-\(UUID().uuidString).npy" }

  @Test func floatsThatAreWrittenAreReadBack() throws {
    let path = temporaryFile()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let writer = try NPYWriter(path: path, type: "<f4", rowShape: [2, 3])
    try writer.append([1, 2, 3, 4, 5, 6] as [Float])
    try writer.append([-1, 0.5, 0, 1e-9, 7, 8] as [Float])
    try writer.finish()
    let array = try NPYArray(path: path)
    #expect(array.shape == [2, 2, 3])
    #expect(try array.floats() == [1, 2, 3, 4, 5, 6, -1, 0.5, 0, 1e-9, 7, 8])
  }

  @Test func anInterruptedFileIsReadableUpToTheLastFlush() throws {
    let path = temporaryFile()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let writer = try NPYWriter(path: path, type: "|u1", rowShape: [4])
    try writer.append([1, 2, 3, 4] as [UInt8])
    try writer.append([5, 6, 7, 255] as [UInt8])
    try writer.flush()
    try writer.append([9, 9, 9, 9] as [UInt8])
    let array = try NPYArray(path: path)
    #expect(array.shape == [2, 4])
    #expect(try array.integers() == [1, 2, 3, 4, 5, 6, 7, 255])
  }

  @Test func halfFloatsAndShortsAreRead() throws {
    let header = "{'descr': '<f2', 'fortran_order': False, 'shape': (5,), }"
    let halves: [UInt8] = [0x00, 0x3C, 0x00, 0xC0, 0x55, 0x35, 0x01, 0x00, 0x00, 0x7C]
    let values = try NPYArray(data: file(header, halves), path: "halves").floats()
    #expect(values[0] == 1)
    #expect(values[1] == -2)
    #expect(abs(values[2] - 0.33325) < 1e-4)
    #expect(values[3] == 0x1p-24)
    #expect(values[4] == .infinity)
    let shorts = "{'descr': '<i2', 'fortran_order': False, 'shape': (2,), }"
    #expect(try NPYArray(data: file(shorts, [0xFF, 0xFF, 0x00, 0x01]), path: "shorts").floats() == [-1, 256])
  }

  @Test func filesThatLieAboutTheirSizeAreRefused() {
    let long = "{'descr': '<f4', 'fortran_order': False, 'shape': (1000,), }"
    #expect(throws: GeneratorError.self) { try NPYArray(data: file(long, [0, 0, 0, 0]), path: "long") }
    let huge = "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296, 0), }"
    #expect(throws: GeneratorError.self) { try NPYArray(data: file(huge, [0, 0, 0, 0]), path: "huge") }
    let columns = "{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }"
    #expect(throws: GeneratorError.self) { try NPYArray(data: file(columns, [0, 0, 0, 0]), path: "columns") }
    #expect(throws: GeneratorError.self) { try NPYArray(data: Data([1, 2, 3]), path: "short") }
    #expect(throws: GeneratorError.missingAsset(path: "/nowhere.npy")) { try NPYArray(path: "/nowhere.npy") }
  }

  private func file(_ header: String, _ body: [UInt8]) -> Data {
    let length = header.utf8.count
    return Data([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, UInt8(length & 255), UInt8(length >> 8)])
      + Data(header.utf8) + Data(body)
  }
}
