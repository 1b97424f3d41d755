import FaceCore
import Foundation
import Testing

@testable import FaceGenerator

@Suite struct StreamTests {
  private func sample(_ value: Int, size: Int) -> FaceSample {
    var weights = BlendshapeWeights.neutral
    weights[.jawOpen] = Float(value) / 10
    return FaceSample(
      patch: [UInt8](repeating: UInt8(value), count: size * size),
      alpha: [UInt8](repeating: UInt8(value + 1), count: size * size / 9), weights: weights,
      rotation: Quaternion(angle: Float(value), axis: [0, 1, 0]),
      landmarks: (0..<70).map { SIMD2(Float($0), Float(value)) },
      window: FaceWindow(centre: SIMD2(1, Float(value)), side: 3, roll: 4),
      gaze: Gaze(leftYaw: 1, leftPitch: 2, rightYaw: 3, rightPitch: Float(value)), person: value)
  }

  private func word(_ data: Data, at place: Int) -> Int {
    (0..<4).reduce(0) { $0 | Int(data[data.startIndex + place + $1]) << (8 * $1) }
  }

  private func float(_ data: Data, at place: Int) -> Float { Float(bitPattern: UInt32(word(data, at: place))) }

  @Test func theHeaderNamesEveryField() throws {
    let header = try SampleStream.header(size: 12, seed: 7)
    #expect(header.prefix(4) == Data("GRNS".utf8))
    #expect(word(header, at: 4) == 1)
    #expect(word(header, at: 8) == header.count - 12)
    let facts = try #require(try JSONSerialization.jsonObject(with: header.dropFirst(12)) as? [String: Any])
    #expect(facts["seed"] as? Int == 7 && facts["size"] as? Int == 12)
    #expect(facts["weights"] as? [String] == Blendshape.allCases.map(\.name))
    let faces = try #require(facts["faces"] as? [[String: Any]])
    #expect(
      faces.map { $0["name"] as? String }
        == ["patch", "alpha", "weights", "rotation", "landmarks", "window", "gaze", "person"])
    #expect(faces[1]["shape"] as? [Int] == [4, 4] && faces[1]["type"] as? String == "|u1")
  }

  @Test func aFrameHoldsItsRowsFieldByField() {
    let frame = SampleStream.frame(faces: [sample(1, size: 12), sample(2, size: 12)])
    #expect(frame.prefix(4) == Data("FACE".utf8))
    #expect(word(frame, at: 4) == 2)
    // Patch, alpha; weights, rotation, landmarks, window, gaze and person.
    let (bytes, floats) = (144 + 16, 52 + 4 + 140 + 4 + 4 + 1)
    #expect(word(frame, at: 8) == 2 * (bytes + 4 * floats))
    #expect(frame.count == 12 + 2 * (bytes + 4 * floats))
    #expect(frame[12] == 1 && frame[12 + 144] == 2 && frame[12 + 2 * 144 + 16] == 3)
    let weights = 12 + 2 * bytes
    let jaw = Blendshape.jawOpen.rawValue
    #expect(float(frame, at: weights + 4 * jaw) == 0.1 && float(frame, at: weights + 4 * (52 + jaw)) == 0.2)
    #expect(float(frame, at: frame.count - 4) == 2)
  }

  @Test func aFrameOfNegativesHoldsTheirBytes() {
    let frame = SampleStream.frame(negatives: [[1, 2], [3, 4]])
    #expect(frame == Data("NONE".utf8) + Data([2, 0, 0, 0, 4, 0, 0, 0, 1, 2, 3, 4]))
  }

  @Test func aReaderThatGoesEndsTheWritingQuietly() throws {
    let pipe = Pipe()
    let writer = PipeWriter(descriptor: pipe.fileHandleForWriting.fileDescriptor)
    #expect(try writer.write(Data("some".utf8)))
    try pipe.fileHandleForReading.close()
    #expect(try !writer.write(Data(count: 1 << 20)))
  }

  @Test func aClosedFileIsAnError() {
    #expect(throws: GeneratorError.self) { _ = try PipeWriter(descriptor: -1).write(Data([1])) }
  }
}

@Suite struct OrderedLineTests {
  @Test func resultsComeInOrder() throws {
    let line = OrderedLine<Int>(count: 3, ahead: 3)
    #expect([line.next(), line.next(), line.next(), line.next()] == [0, 1, 2, nil])
    for index in [2, 0, 1] { line.put(10 * index, at: index) }
    #expect(try [line.take(), line.take(), line.take(), line.take()] == [0, 10, 20, nil])
  }

  @Test func workersWaitForASlowReceiver() async throws {
    let line = OrderedLine<Int>(count: nil, ahead: 2)
    #expect(line.next() == 0)
    #expect(line.next() == 1)
    line.put(0, at: 0)
    async let third = Task.detached { line.next() }.value
    #expect(try line.take() == 0)
    #expect(await third == 2)
    line.stop()
    #expect(line.next() == nil)
  }

  @Test func theFirstErrorReachesTheReceiver() {
    let line = OrderedLine<Int>(count: nil, ahead: 2)
    line.fail(GeneratorError.badRequest("first"))
    line.fail(GeneratorError.badRequest("second"))
    #expect(throws: GeneratorError.badRequest("first")) { _ = try line.take() }
    #expect(line.next() == nil)
  }
}
