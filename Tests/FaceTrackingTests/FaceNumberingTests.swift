import FaceCore
import Testing

@testable import FaceTracking

@Suite struct FaceNumberingTests {
  func time(_ seconds: Double) -> CaptureTime { CaptureTime(seconds: seconds) }

  func window(_ x: Float, side: Float = 100) -> FaceWindow { FaceWindow(centre: [x, 240], side: side, roll: 0) }

  /// A face that was held and confirmed at `x` until `seconds`, and is lost since then unless `isPresent`.
  func tracker(at x: Float, until seconds: Double, isPresent: Bool = false) -> WindowTracker {
    var tracker = WindowTracker(configuration: .init())
    func update(_ confidence: Float, _ seconds: Double) {
      tracker.update(
        window(x), correction: [0, 0, 0, 0], confidence: confidence, frame: [1280, 480], at: time(seconds))
    }
    update(1, seconds)
    tracker.verify(true, at: time(seconds))
    update(1, seconds)
    if !isPresent { update(0, seconds) }
    return tracker
  }

  var unused: WindowTracker { WindowTracker(configuration: .init()) }

  @Test func aNewFaceTakesTheLowestFreeNumber() {
    let here = tracker(at: 200, until: 1, isPresent: true)
    #expect(FaceNumbering.number(for: window(600), among: [unused, unused], at: time(1)) == 0)
    #expect(FaceNumbering.number(for: window(600), among: [here, unused, unused], at: time(1)) == 1)
    #expect(FaceNumbering.number(for: window(600), among: [unused, here, unused], at: time(1)) == 0)
    #expect(FaceNumbering.number(for: window(600), among: [here, here], at: time(1)) == nil)
  }

  @Test func aFaceGetsItsNumberBackNearWhereItWasLeft() {
    let trackers = [tracker(at: 200, until: 1), tracker(at: 600, until: 1), unused]
    #expect(FaceNumbering.number(for: window(640), among: trackers, at: time(9)) == 1)
    #expect(FaceNumbering.number(for: window(260), among: trackers, at: time(9)) == 0)
    // Within reach of both it is the nearer one's.
    let close = [tracker(at: 200, until: 1), tracker(at: 300, until: 1)]
    #expect(FaceNumbering.number(for: window(270), among: close, at: time(2)) == 1)
  }

  @Test func aNumberIsKeptForAWhileFromWhoAppearsElsewhere() {
    let trackers = [tracker(at: 200, until: 1), unused]
    #expect(FaceNumbering.number(for: window(600), among: trackers, at: time(5)) == 1)
    #expect(FaceNumbering.number(for: window(600), among: trackers, at: time(11.5)) == 0)
    #expect(FaceNumbering.number(for: window(220), among: trackers, at: time(11.5)) == 0)
  }

  @Test func whereEveryNumberIsKeptTheLongestAwayGivesItsUp() {
    let trackers = [tracker(at: 200, until: 3), tracker(at: 400, until: 2)]
    #expect(FaceNumbering.number(for: window(900), among: trackers, at: time(5)) == 1)
    #expect(FaceNumbering.number(for: window(900), among: [tracker(at: 200, until: 3)], at: time(5)) == 0)
  }

  @Test func whatTheDetectorNeverConfirmedKeepsNoNumber() {
    var tracker = WindowTracker(configuration: .init())
    tracker.update(window(200), correction: [0, 0, 0, 0], confidence: 1, frame: [1280, 480], at: time(1))
    tracker.verify(false, at: time(1))
    #expect(!tracker.isPresent && !tracker.isKept(at: time(1)))
    #expect(FaceNumbering.number(for: window(600), among: [tracker, unused], at: time(2)) == 0)
  }

  @Test func aSourceThatPausesForgetsTheWindowButNotThePlace() {
    var tracker = tracker(at: 200, until: 1, isPresent: true)
    tracker.reset()
    #expect(!tracker.isPresent && tracker.window == nil)
    #expect(tracker.isKept(at: time(2)) && !tracker.isKept(at: time(20)) && !tracker.isKept(at: time(0)))
  }

  @Test func besideAnotherFaceANewOneIsLookedForTwiceASecond() {
    var tracker = WindowTracker(configuration: .init())
    let steps = (0..<60).map { tracker.step(at: time(Double($0) / 30), isAccompanied: true) }
    #expect(steps.count { $0 == .detect } == 4)
    // One that was there lately is looked for as if it were alone.
    var lost = self.tracker(at: 200, until: 0)
    let again = (15..<75).map { lost.step(at: time(Double($0) / 30), isAccompanied: true) }
    #expect(again.count { $0 == .detect } == 20)
  }

  @Test func aCourseTellsWhoseWindowItIsWhereTwoMeet() {
    func course(from x: Float, speed: Float) -> FaceCourse {
      var course = FaceCourse(window(x), at: time(0))
      for frame in 1...15 {
        course.take(window(x + speed * Float(frame) / 30), at: time(Double(frame) / 30))
      }
      return course
    }
    let (right, left) = (course(from: 200, speed: 100), course(from: 400, speed: -100))
    // They stood at 250 and 350 after half a second; 0.7 s later each is where the other began.
    #expect(right.strangeness(of: window(320), at: time(1.2)) < left.strangeness(of: window(320), at: time(1.2)))
    #expect(right.strangeness(of: window(280), at: time(1.2)) > left.strangeness(of: window(280), at: time(1.2)))
    // A window of another size is another face's.
    #expect(right.strangeness(of: window(320, side: 50), at: time(1.2)) > 0.6)
    // Nobody is expected to go on for ever.
    #expect(abs(right.expected(at: time(60)).centre.x - 350) < 15)
  }
}
