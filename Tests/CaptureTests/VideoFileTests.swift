import CAvformat
import FaceCore
import Foundation
import Testing

@testable import Capture

/// Frames, times and ends of recordings that the tests encode.
@Suite struct VideoFileTests {
  static let recipes: [Clip.Recipe] = [
    .init(codec: "mpeg4", container: "mp4", pixels: AV_PIX_FMT_YUV420P),
    .init(codec: "mpeg4", container: "mkv", pixels: AV_PIX_FMT_YUV420P),
    .init(codec: "ffv1", container: "mkv", pixels: AV_PIX_FMT_GRAY8, isExact: true),
    .init(codec: "ffv1", container: "mkv", pixels: AV_PIX_FMT_GRAY8, width: 67, height: 41, isExact: true),
    .init(codec: "mjpeg", container: "avi", pixels: AV_PIX_FMT_YUVJ422P),
    .init(codec: "gif", container: "gif", pixels: AV_PIX_FMT_GRAY8),
    .init(codec: "rawvideo", container: "avi", pixels: AV_PIX_FMT_BGR24, width: 61, height: 47),
    .init(codec: "mpeg4", container: "m4v", pixels: AV_PIX_FMT_YUV420P),
    .init(codec: "ffv1", container: "mkv", pixels: AV_PIX_FMT_YUV422P10LE),
    .init(codec: "rawvideo", container: "avi", pixels: AV_PIX_FMT_YUYV422, isExact: true),
  ]
  static let exact = recipes[2]

  /// A frame's rows without gaps, and its time.
  struct Picture: Equatable {
    var width, height: Int
    var luma: [UInt8]
    var time: CaptureTime
  }

  static func read(_ file: VideoFile, atMost limit: Int = .max) throws -> [Picture] {
    var pictures: [Picture] = []
    while pictures.count < limit, case .frame(let frame) = try file.next() {
      var luma: [UInt8] = []
      for y in 0..<frame.height {
        luma += UnsafeBufferPointer(start: frame.pixels + y * frame.stride, count: frame.width)
      }
      pictures.append(Picture(width: frame.width, height: frame.height, luma: luma, time: frame.time))
    }
    return pictures
  }

  /// The mean of |decoded − encoded| over a frame.
  static func error(_ picture: Picture, _ index: Int) -> Double {
    var sum = 0
    for y in 0..<picture.height {
      for x in 0..<picture.width {
        sum += abs(Int(picture.luma[y * picture.width + x]) - Int(Clip.luma(index, x, y)))
      }
    }
    return Double(sum) / Double(picture.luma.count)
  }

  @Test(arguments: recipes) func framesHaveTheLumaThatWasEncoded(recipe: Clip.Recipe) throws {
    let clip = try Clip(recipe)
    let pictures = try Self.read(try VideoFile(path: clip.path))
    #expect(pictures.count == recipe.frames)
    for (index, picture) in pictures.enumerated() {
      #expect(picture.width == recipe.width)
      #expect(picture.height == recipe.height)
      let error = Self.error(picture, index)
      #expect(error <= (recipe.isExact ? 0 : 2), "frame \(index): mean error \(error)")
    }
  }

  @Test(arguments: recipes) func timesBeginAtZeroAndFollowTheRate(recipe: Clip.Recipe) throws {
    var late = recipe
    // A GIF has durations only, an AVI empty frames.
    if ["mp4", "mkv"].contains(recipe.container) { late.firstNumber = 50 }
    for recipe in [recipe, late] {
      let clip = try Clip(recipe)
      let pictures = try Self.read(try VideoFile(path: clip.path))
      #expect(pictures.map(\.time.nanoseconds) == (0..<recipe.frames).map { Int64($0) * 40_000_000 })
    }
  }

  @Test(arguments: recipes) func aLoopRepeatsTheFramesWhileTimeGoesOn(recipe: Clip.Recipe) throws {
    var recipe = recipe
    if ["mp4", "mkv"].contains(recipe.container) { recipe.firstNumber = 50 }
    let clip = try Clip(recipe)
    let pictures = try Self.read(try VideoFile(path: clip.path, loops: true), atMost: recipe.frames * 5 / 2)
    #expect(pictures.map(\.time.nanoseconds) == (0..<recipe.frames * 5 / 2).map { Int64($0) * 40_000_000 })
    for (index, picture) in pictures.enumerated() {
      #expect(picture.luma == pictures[index % recipe.frames].luma, "frame \(index)")
    }
  }

  @Test(arguments: recipes) func twoReadingsAreTheSame(recipe: Clip.Recipe) throws {
    let clip = try Clip(recipe)
    #expect(try Self.read(try VideoFile(path: clip.path)) == Self.read(try VideoFile(path: clip.path)))
  }

  @Test(arguments: recipes) func aFileSaysItsRateLengthAndName(recipe: Clip.Recipe) throws {
    let clip = try Clip(recipe)
    let file = try VideoFile(path: clip.path)
    #expect(abs(file.nominalRate - 25) < 0.01)
    #expect(file.frameCount == recipe.frames)
    #expect(file.description == "clip.\(recipe.container)")
    #expect(!file.isLive)
  }

  @Test func theEndStaysTheEnd() throws {
    let clip = try Clip(Self.exact)
    let file = try VideoFile(path: clip.path)
    _ = try Self.read(file)
    for _ in 0..<3 {
      guard case .end = try file.next() else {
        Issue.record("more frames after the end")
        return
      }
    }
  }

  @Test func aNameWithAColonIsNoAddress() throws {
    let clip = try Clip(Self.exact)
    let path = clip.folder.appending(path: "http:clip 1:2.mkv").path
    try FileManager.default.copyItem(atPath: clip.path, toPath: path)
    #expect(try Self.read(try VideoFile(path: path)).count == Self.exact.frames)
  }

  @Test func planesOfEightBitsAreLentNotCopied() {
    let lent = [AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_NV12, AV_PIX_FMT_GRAY8, AV_PIX_FMT_YUVA420P]
    for format in lent { #expect(GreyConverter.hasLumaPlane(format.rawValue), "format \(format.rawValue)") }
    let converted = [
      AV_PIX_FMT_YUYV422, AV_PIX_FMT_RGB24, AV_PIX_FMT_GBRP, AV_PIX_FMT_PAL8, AV_PIX_FMT_YUV420P10LE,
      AV_PIX_FMT_MONOWHITE, AV_PIX_FMT_YA8, AV_PIX_FMT_VAAPI, AV_PIX_FMT_NONE,
    ]
    for format in converted { #expect(!GreyConverter.hasLumaPlane(format.rawValue), "format \(format.rawValue)") }
  }

  @Test(arguments: [(0.0, 0), (90.0, 1), (180.0, 2), (-90.0, 3)])
  func aClipTurnedByItsMatrixStandsUpright(degrees: Double, turns: Int) throws {
    var recipe = Clip.Recipe(codec: "mjpeg", container: "mp4", pixels: AV_PIX_FMT_YUVJ422P, frames: 1)
    let plain = try Clip(recipe)
    let lying = try Self.read(try VideoFile(path: plain.path))[0]
    recipe.turnDegrees = degrees
    let clip = try Clip(recipe)
    let picture = try Self.read(try VideoFile(path: clip.path))[0]
    #expect((picture.width, picture.height) == (turns % 2 == 0 ? (64, 48) : (48, 64)))
    for (x, y) in [(0, 0), (63, 0), (0, 47), (63, 47), (20, 33)] {
      // A quarter turn clockwise takes the pixel x, y of a picture of height h to h − 1 − y, x.
      var (place, size) = ((x, y), (64, 48))
      for _ in 0..<turns { (place, size) = ((size.1 - 1 - place.1, place.0), (size.1, size.0)) }
      #expect(picture.luma[place.1 * picture.width + place.0] == lying.luma[y * 64 + x], "\(x), \(y)")
    }
  }

  @Test(arguments: ["mp4", "mkv", "avi"]) func aFileBeginsWhereItIsSought(container: String) throws {
    let clip = try Clip(.init(codec: "mpeg4", container: container, pixels: AV_PIX_FMT_YUV420P, frames: 20))
    var whole: [UInt8] = []
    let file = try VideoFile(path: clip.path)
    while case .frame(let frame) = try file.next() { whole.append(frame.pixels[0]) }
    // The sixth of twenty-five frames a second; sought for the third time where the file starts over.
    let sought = try VideoFile(path: clip.path, loops: true, from: 0.2)
    var (pixels, times): ([UInt8], [Double]) = ([], [])
    for _ in 0..<32 {
      guard case .frame(let frame) = try sought.next() else { break }
      pixels.append(frame.pixels[0])
      times.append(frame.time.seconds)
    }
    #expect(pixels == Array(whole[5...]) + Array(whole[5...]) + Array(whole[5..<7]))
    #expect(times[0] < 0.001 && zip(times, times.dropFirst()).allSatisfy { abs($1 - $0 - 0.04) < 0.002 })
    #expect(sought.damagedFrames == 0)
  }

  @Test func aFileThatEndsBeforeIsRefused() throws {
    let clip = try Clip(.init(codec: "mpeg4", container: "mkv", pixels: AV_PIX_FMT_YUV420P))
    for loops in [false, true] {
      let file = try VideoFile(path: clip.path, loops: loops, from: 9)
      let error = #expect(throws: CaptureError.self) { try file.next() }
      #expect(error?.description == "\(clip.path): ends before the second 9.0 that was asked for")
    }
  }

  @Test func aFilePlaysFasterAndSlower() throws {
    let clip = try Clip(.init(codec: "mpeg4", container: "mkv", pixels: AV_PIX_FMT_YUV420P))
    for speed in [0.25, 4] {
      let source = RetimedSource(try VideoFile(path: clip.path), speed: speed)
      #expect(source.nominalRate == 25 * speed && !source.isLive)
      for index in 0..<10 {
        guard case .frame(let frame) = try source.next() else {
          Issue.record("no frame")
          return
        }
        #expect(abs(frame.time.seconds - Double(index) / 25 / speed) < 1e-6)
      }
      guard case .end = try source.next() else {
        Issue.record("no end")
        return
      }
    }
  }
}
