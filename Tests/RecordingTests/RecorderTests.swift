import CAvformat
import Capture
import FaceCore
import Foundation
import Testing

@testable import Recording

/// Pictures and curves on their way to the disk and back.
@Suite struct RecorderTests {
  /// Bytes of a picture that a test paints, and the picture they make.
  struct Painting {
    static let width = 64
    static let height = 48
    var format: AVPixelFormat
    var bytes: [UInt8]

    /// A slope that grows brighter from one picture to the next.
    init(_ format: AVPixelFormat, index: Int) {
      self.format = format
      let count = av_image_get_buffer_size(format, Int32(Self.width), Int32(Self.height), 1)
      bytes = (0..<Int(count)).map { UInt8(truncatingIfNeeded: $0 * 3 + index * 5 + $0 / 64) }
    }

    func with(_ body: (SourcePicture) -> Void) {
      var bytes = bytes
      bytes.withUnsafeMutableBufferPointer { buffer in
        var data = [UnsafeMutablePointer<UInt8>?](repeating: nil, count: 4)
        var lines = [Int32](repeating: 0, count: 4)
        av_image_fill_arrays(&data, &lines, buffer.baseAddress, format, Int32(Self.width), Int32(Self.height), 1)
        body(
          SourcePicture(
            coding: .pixels(format: format.rawValue), width: Self.width, height: Self.height,
            planes: [UnsafePointer(data[0]), UnsafePointer(data[1]), UnsafePointer(data[2]), nil],
            strides: [lines[0], lines[1], lines[2], 0]))
      }
    }

    /// The luma of a pixel.
    func luma(_ x: Int, _ y: Int) -> UInt8 { bytes[(y * Self.width + x) * (format == AV_PIX_FMT_YUYV422 ? 2 : 1)] }
  }

  static func row(_ seconds: Double) -> RecordedRow {
    var face = TrackCSVWriterTests.face
    face.time = CaptureTime(seconds: seconds)
    var raw = face
    raw.weights[Blendshape.jawOpen] = 0.75
    var mapped = face
    mapped.weights[Blendshape.jawOpen] = 0.25
    return RecordedRow(raw: raw, filtered: face, mapped: mapped)
  }

  static func recorder(_ plan: RecordingPlan) throws -> Recorder {
    try Recorder(plan: plan, source: { "Test Camera" }, wallClock: { Date(timeIntervalSince1970: 1e9 + $0.seconds) })
  }

  static func frames(_ path: String) throws -> [(time: Double, luma: [UInt8])] {
    let file = try VideoFile(path: path)
    var frames: [(Double, [UInt8])] = []
    while case .frame(let frame) = try file.next() {
      let luma = (0..<frame.height).flatMap { row in
        (0..<frame.width).map { frame.pixels[row * frame.stride + $0] }
      }
      frames.append((frame.time.seconds, luma))
    }
    #expect(file.damagedFrames == 0)
    return frames
  }

  @Test(arguments: [AV_PIX_FMT_GRAY8, AV_PIX_FMT_NV12, AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUYV422, AV_PIX_FMT_YUVJ422P])
  func pixelsAreKeptWithoutLossAndWithTheirTimes(format: AVPixelFormat) throws {
    try TrackCSVWriterTests.withFolder { folder in
      let base = folder.appending(path: "new/take").path
      let recorder = try Self.recorder(RecordingPlan(base: base, outputs: []))
      // A camera whose rate sinks, and a gap.
      let times = [100.0, 100.033, 100.067, 100.2, 100.4, 103]
      for (index, time) in times.enumerated() {
        Painting(format, index: index).with { recorder.offer($0, at: CaptureTime(seconds: time)) }
      }
      let state = recorder.stop()
      #expect(state.phase == .finished && state.frames == 6 && state.droppedFrames == 0, "\(state)")
      #expect(state.path == base + ".mkv" && state.bytes > 0 && abs(state.seconds - 3) < 1e-6)
      let frames = try Self.frames(base + ".mkv")
      #expect(frames.count == times.count)
      for (index, frame) in frames.enumerated() {
        #expect(abs(frame.time - (times[index] - 100)) < 0.00051)
        let painting = Painting(format, index: index)
        let luma = (0..<Painting.height).flatMap { y in (0..<Painting.width).map { painting.luma($0, y) } }
        #expect(frame.luma == luma)
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/new") == ["take.mkv"])
    }
  }

  @Test func aJPEGIsKeptByteForByte() throws {
    try TrackCSVWriterTests.withFolder { folder in
      let base = folder.appending(path: "take").path
      let recorder = try Self.recorder(RecordingPlan(base: base, outputs: []))
      let jpegs = try (0..<3).map { try JPEG.encode(Painting(AV_PIX_FMT_YUVJ422P, index: $0 * 20).bytes) }
      for (index, jpeg) in jpegs.enumerated() {
        jpeg.withUnsafeBufferPointer {
          let picture = SourcePicture(jpeg: $0, width: Painting.width, height: Painting.height)
          recorder.offer(picture, at: CaptureTime(seconds: Double(index) / 25))
        }
      }
      #expect(recorder.stop().frames == 3)
      let file = try VideoFile(path: base + ".mkv")
      for jpeg in jpegs {
        guard case .frame(let frame) = try file.next(), let original = frame.original,
          case .jpeg(let count) = original.coding
        else {
          Issue.record("no JPEG")
          return
        }
        #expect(Array(UnsafeBufferPointer(start: original.planes[0], count: count)) == jpeg)
      }
    }
  }

  @Test func eachCurveHasItsTable() throws {
    try TrackCSVWriterTests.withFolder { folder in
      let base = folder.appending(path: "take").path
      let recorder = try Self.recorder(RecordingPlan(base: base, hasVideo: false, outputs: [.raw, .filtered, .mapped]))
      for index in 0..<10 { recorder.offer(Self.row(50 + Double(index) / 20)) }
      #expect(recorder.stop().rows == 10)
      for (output, jaw) in [("raw", Float(0.75)), ("filtered", 0.5), ("mapped", 0.25)] {
        let table = try ObservationTable(path: "\(base).\(output).csv")
        #expect(table.observations.count == 10)
        #expect(table.observations.allSatisfy { $0.weights[.jawOpen] == jaw })
        #expect(abs(table.observations[9].time.seconds - 0.45) < 2e-5)
      }
    }
  }

  @Test func rowsOfFramesBeforeTheFirstPictureAreLeftOut() throws {
    try TrackCSVWriterTests.withFolder { folder in
      let base = folder.appending(path: "take").path
      let recorder = try Self.recorder(RecordingPlan(base: base))
      recorder.offer(Self.row(9.9))
      Painting(AV_PIX_FMT_GRAY8, index: 0).with { recorder.offer($0, at: CaptureTime(seconds: 10)) }
      while recorder.state.frames == 0 { recorder.offer(Self.row(9.95)) }
      recorder.offer(Self.row(10))
      #expect(recorder.stop().rows == 1)
    }
  }

  @Test func aRecordingEndsWhenItIsLongEnough() throws {
    try TrackCSVWriterTests.withFolder { folder in
      let base = folder.appending(path: "take").path
      let recorder = try Self.recorder(RecordingPlan(base: base, outputs: [], seconds: 1))
      for index in 0..<20 {
        Painting(AV_PIX_FMT_GRAY8, index: index).with {
          recorder.offer($0, at: CaptureTime(seconds: Double(index) / 10))
        }
      }
      #expect(recorder.stop().frames == 10)
      #expect(try Self.frames(base + ".mkv").count == 10)
    }
  }

  @Test func partsBeginByTimeAndTheOldestGo() throws {
    try TrackCSVWriterTests.withFolder { folder in
      let base = folder.appending(path: "take").path
      let recorder = try Self.recorder(RecordingPlan(base: base, partSeconds: 1, keptParts: 2))
      for index in 0..<35 {
        let time = CaptureTime(seconds: 7 + Double(index) / 10)
        Painting(AV_PIX_FMT_GRAY8, index: index).with { recorder.offer($0, at: time) }
        while recorder.state.frames <= index { recorder.offer(Self.row(0)) }
        recorder.offer(Self.row(time.seconds))
      }
      #expect(recorder.stop().parts == 4)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      #expect(names == ["take-003.filtered.csv", "take-003.mkv", "take-004.filtered.csv", "take-004.mkv"])
      #expect(try Self.frames(base + "-003.mkv").count == 10)
      #expect(try Self.frames(base + "-004.mkv").count == 5)
      #expect(try ObservationTable(path: base + "-003.filtered.csv").observations.count == 10)
    }
  }

  @Test func partsBeginBySizeAndWhereThePictureChanges() throws {
    try TrackCSVWriterTests.withFolder { folder in
      let recorder = try Self.recorder(
        RecordingPlan(base: folder.appending(path: "a").path, outputs: [], partBytes: 10_000))
      for index in 0..<60 {
        Painting(AV_PIX_FMT_GRAY8, index: index).with {
          recorder.offer($0, at: CaptureTime(seconds: Double(index) / 30))
        }
      }
      let state = recorder.stop()
      #expect(state.parts > 1 && state.frames + state.droppedFrames == 60)
      let other = try Self.recorder(RecordingPlan(base: folder.appending(path: "b").path, outputs: []))
      for (index, format) in [AV_PIX_FMT_GRAY8, AV_PIX_FMT_NV12].enumerated() {
        Painting(format, index: 0).with { other.offer($0, at: CaptureTime(seconds: Double(index))) }
      }
      #expect(other.stop().parts == 2)
    }
  }

  @Test func nobodysFileIsWrittenOver() throws {
    try TrackCSVWriterTests.withFolder { folder in
      let base = folder.appending(path: "take").path
      for name in [".mkv", ".filtered.csv"] {
        try Data("kept".utf8).write(to: URL(filePath: base + name))
        let error = #expect(throws: RecordingError.self) { try Self.recorder(RecordingPlan(base: base)) }
        #expect(error?.description == "\(base)\(name): is already there; choose another name")
        #expect(try Data(contentsOf: URL(filePath: base + name)) == Data("kept".utf8))
        try FileManager.default.removeItem(atPath: base + name)
      }
      // A later part's name is found taken only when its time comes.
      try Data("kept".utf8).write(to: URL(filePath: base + "-002.mkv"))
      let recorder = try Self.recorder(RecordingPlan(base: base, outputs: [], partSeconds: 1))
      for time in [0.0, 2] {
        Painting(AV_PIX_FMT_GRAY8, index: 0).with { recorder.offer($0, at: CaptureTime(seconds: time)) }
      }
      #expect(recorder.stop().phase == .failed("\(base)-002.mkv: is already there; choose another name"))
      #expect(try Self.frames(base + ".mkv").count == 1)
    }
  }

  @Test func aFolderThatCanNotBeMadeIsNamed() throws {
    let error = #expect(throws: RecordingError.self) {
      try Self.recorder(RecordingPlan(base: "/dev/null/folder/take"))
    }
    #expect(error?.description.hasPrefix("/dev/null/folder: the folder can't be made") == true)
  }

  @Test func whatFindsNoRoomIsDroppedAndCounted() {
    let queue = RecordingQueue(byteLimit: 3 * 64 * 48, pictureLimit: 10, rowLimit: 4)
    for index in 0..<10 {
      Painting(AV_PIX_FMT_GRAY8, index: index).with { queue.offer($0, at: CaptureTime(seconds: Double(index))) }
      queue.offer(Self.row(Double(index)))
    }
    #expect(queue.dropped.pictures >= 7 && queue.dropped.pictures < 10)
    #expect(queue.dropped.rows == 6)
    var rows: [RecordedRow] = []
    guard case .rows = queue.take(rows: &rows, timeoutSeconds: 0) else {
      Issue.record("no rows")
      return
    }
    #expect(rows.count == 4)
    guard case .picture(let picture) = queue.take(rows: &rows, timeoutSeconds: 0) else {
      Issue.record("no picture")
      return
    }
    #expect(picture.time == CaptureTime(seconds: 0))
    // What was written makes room.
    queue.giveBack(picture)
    let before = queue.dropped.pictures
    Painting(AV_PIX_FMT_GRAY8, index: 0).with { queue.offer($0, at: CaptureTime(seconds: 11)) }
    #expect(queue.dropped.pictures == before)
  }

  @Test(arguments: [
    ("/tmp/take.mkv", "/tmp/take"), ("take.CSV", "take"), ("/tmp", "/tmp/gurn-2001-09-09T01-46-40"),
  ]) func aPathIsAFileOrAFolder(path: String, base: String) {
    let date = Date(timeIntervalSince1970: 1e9)
    #expect(RecordingPlan.base(for: path, at: date, timeZone: TimeZone(secondsFromGMT: 0)!) == base)
  }

  @Test func theMomentOfTheFirstPictureIsKept() {
    #expect(MatroskaWriter.stamp(Date(timeIntervalSince1970: 1e9 + 0.25)) == "2001-09-09T01:46:40.250000Z")
  }
}

/// A JPEG by libav.
enum JPEG {
  struct Refusal: Error {}

  /// Encodes planes of YUV 4:2:2, 64×48.
  static func encode(_ bytes: [UInt8]) throws -> [UInt8] {
    let codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG)
    var context = avcodec_alloc_context3(codec)
    var frame = av_frame_alloc()
    var packet = av_packet_alloc()
    defer {
      av_packet_free(&packet)
      av_frame_free(&frame)
      avcodec_free_context(&context)
    }
    guard let context, let frame, let packet else { throw Refusal() }
    (context.pointee.width, context.pointee.height) = (64, 48)
    context.pointee.pix_fmt = AV_PIX_FMT_YUVJ422P
    context.pointee.time_base = AVRational(num: 1, den: 25)
    (frame.pointee.width, frame.pointee.height, frame.pointee.format) = (64, 48, AV_PIX_FMT_YUVJ422P.rawValue)
    guard avcodec_open2(context, codec, nil) >= 0, av_frame_get_buffer(frame, 1) >= 0 else { throw Refusal() }
    for row in 0..<48 {
      for x in 0..<64 { frame.pointee.data.0![row * Int(frame.pointee.linesize.0) + x] = bytes[row * 64 + x] }
      for x in 0..<32 {
        frame.pointee.data.1![row * Int(frame.pointee.linesize.1) + x] = 128
        frame.pointee.data.2![row * Int(frame.pointee.linesize.2) + x] = 128
      }
    }
    guard avcodec_send_frame(context, frame) >= 0, avcodec_receive_packet(context, packet) >= 0 else { throw Refusal() }
    return Array(UnsafeBufferPointer(start: packet.pointee.data, count: Int(packet.pointee.size)))
  }
}
