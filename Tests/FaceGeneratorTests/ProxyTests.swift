import Foundation
import Testing

@testable import FaceGenerator

/// What MakeHuman's files are decoded to, on small ones written here.
@Suite struct ProxyTests {
  private func folder() throws -> String {
    let path = NSTemporaryDirectory() + "proxy-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  private func npy<T>(_ type: String, _ shape: String, _ values: [T]) -> Data {
    let header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(shape)), }"
    let start = Data([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, UInt8(header.utf8.count), 0]) + Data(header.utf8)
    return start + values.withUnsafeBytes { Data($0) }
  }

  private func write(_ data: Data, _ path: String) throws { try data.write(to: URL(fileURLWithPath: path)) }

  /// A ZIP archive of stored files.
  private func archive(_ files: [(name: String, data: Data)]) -> Data {
    func number(_ value: Int, _ width: Int) -> Data { Data((0..<width).map { UInt8(value >> (8 * $0) & 255) }) }
    var (body, directory) = (Data(), Data())
    for (name, data) in files {
      let sizes = number(0, 4) + number(data.count, 4) + number(data.count, 4)
      directory +=
        number(0x0201_4B50, 4) + number(0, 6) + number(0, 6) + sizes + number(name.utf8.count, 2) + number(0, 12)
        + number(body.count, 4) + Data(name.utf8)
      body += number(0x0403_4B50, 4) + number(0, 4) + number(0, 2) + number(0, 4) + sizes
      body += number(name.utf8.count, 2) + number(0, 2) + Data(name.utf8) + data
    }
    let end = number(0x0605_4B50, 4) + number(0, 6) + number(files.count, 2) + number(directory.count, 4)
    return body + directory + end + number(body.count, 4) + number(0, 2)
  }

  @Test func sparseTargetsMoveTheirVerticesOnly() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try write(npy("<i4", "3,", [0, 1, 3] as [Int32]), folder + "/target_ptr.npy")
    try write(npy("<u2", "3,", [2, 0, 3] as [UInt16]), folder + "/target_idx.npy")
    try write(npy("<i2", "3, 3", [10, 0, -20, 1, 2, 3, 0, 0, 100] as [Int16]), folder + "/target_val.npy")
    try write(npy("<f4", "2,", [0.1, 0.5] as [Float]), folder + "/target_scale.npy")
    let targets = try SparseTargets(folder: folder, vertexCount: 4)
    #expect(targets.count == 2)
    var mesh = [SIMD3<Float>](repeating: .zero, count: 4)
    targets.add(0, times: 1, to: &mesh)
    #expect(mesh == [.zero, .zero, [1, 0, -2], .zero])
    targets.add(1, times: 0.5, to: &mesh)
    #expect(mesh == [[0.25, 0.5, 0.75], .zero, [1, 0, -2], [0, 0, 25]])
    #expect(throws: GeneratorError.self, "vertex 3 of three") { try SparseTargets(folder: folder, vertexCount: 3) }
  }

  /// One proxy vertex in the middle of a triangle and one that stands off it.
  private func proxyFiles(reference: [UInt16] = [0, 1, 2, 1, 1, 1]) -> [(name: String, data: Data)] {
    let third: Float = 1 / 3
    return [
      ("ref.npy", npy("<u2", "2, 3", reference)),
      ("w.npy", npy("<f4", "2, 3", [third, third, third, 1, 0, 0])),
      ("off.npy", npy("<f4", "2, 3", [0, 0, 0, 0.5, 1, -1] as [Float])),
      ("render_pos_index.npy", npy("<u2", "3,", [0, 1, 1] as [UInt16])),
      ("render_uv.npy", npy("<f4", "3, 2", [0, 0, 1, 0, 1, 1] as [Float])),
      ("tris.npy", npy("<u2", "1, 3", [0, 1, 2] as [UInt16])),
      ("scale_ref.npy", npy("<u2", "3, 2", [0, 1, 0, 2, 0, 3] as [UInt16])),
      ("scale_den.npy", npy("<f4", "3,", [2, 2, 2] as [Float])),
    ]
  }

  @Test func proxiesFollowTheHeadAndGrowWithIt() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/hair.npz"
    try write(archive(proxyFiles()), path)
    let proxy = try ProxyMesh(path: path, headCount: 4)
    // Sizes 6, 3 and 2 where the proxy was made for 2, 2 and 2.
    let head: [SIMD3<Float>] = [[0, 0, 0], [6, 0, 0], [0, 3, 0], [0, 0, 2]]
    let places = proxy.places { head[$0] }
    #expect(places.count == 2)
    #expect(abs(places[0].x - 2) + abs(places[0].y - 1) + abs(places[0].z) < 1e-5)
    #expect(places[1] == [6 + 0.5 * 3, 1.5, -1])
    #expect(proxy.positionIndex == [0, 1, 1])
    #expect(proxy.texture == [[0, 0], [1, 0], [1, 1]])
  }

  @Test func proxiesThatPointOutsideTheHeadAreRefused() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/hair.npz"
    try write(archive(proxyFiles(reference: [0, 1, 2, 1, 1, 9])), path)
    #expect(throws: GeneratorError.self) { try ProxyMesh(path: path, headCount: 4) }
    try write(archive(Array(proxyFiles().dropFirst())), path)
    #expect(throws: GeneratorError.missingAsset(path: path + "/ref.npy")) { try ProxyMesh(path: path, headCount: 4) }
    try write(Data([1, 2, 3]), path)
    #expect(throws: GeneratorError.malformedAsset(path: path, fault: "not a ZIP archive")) {
      try NPZArchive(path: path)
    }
  }

  /// Streams made by zlib's raw deflate.
  @Test func deflatedStreamsAreReadAndBrokenOnesRefused() {
    // Fixed codes with a repeat: "abcabcabcabcabc".
    let fixed: [UInt8] = [
      75, 76, 74, 78, 68, 66, 0,
    ]
    #expect(Inflate.bytes(fixed, limit: 100) == Array("abcabcabcabcabc".utf8))
    // Codes of its own.
    let dynamic: [UInt8] = [
      237, 200, 177, 13, 0, 48, 8, 3, 48, 19, 101, 224, 255, 139, 123, 68, 87, 60, 218, 172, 44, 145, 26, 90,
      141, 203, 203, 191, 124,
    ]
    var wanted: [UInt8] = []
    for number in 0..<600 { wanted.append(UInt8(number * number % 7 * (number % 3))) }
    #expect(Inflate.bytes(dynamic, limit: 600) == wanted)
    #expect(Inflate.bytes(dynamic, limit: 599) == nil, "more than was announced")
    #expect(Inflate.bytes(Array(dynamic.dropLast(4)), limit: 600) == nil, "cut off")
    #expect(Inflate.bytes([0b111], limit: 10) == nil, "an unknown kind of block")
    // Stored: last block, length 2, its complement, two bytes.
    #expect(Inflate.bytes([1, 2, 0, 0xFD, 0xFF, 7, 9], limit: 2) == [7, 9])
  }
}
