import FaceGenerator
import Foundation
import Testing

@Suite struct NPYTests {
  @Test func whatIsWrittenIsReadBack() throws {
    let path = NSTemporaryDirectory() + "npy-\(UUID().uuidString).npy"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let writer = try NPYWriter(path: path, type: "<f4", rowShape: [2, 3])
    try writer.append([1, 2, 3, 4, 5, 6])
    try writer.append([-1, 0.5, 0, 1e-9, 7, 8])
    try writer.finish()
    let array = try NPYArray(path: path)
    #expect(array.shape == [2, 2, 3])
    #expect(try array.floats() == [1, 2, 3, 4, 5, 6, -1, 0.5, 0, 1e-9, 7, 8])
  }
}
