import FaceCore
import Foundation
import Testing

@testable import SignalFilters

@Suite struct OutputPredictorTests {
  private func face(at seconds: Double, _ weight: Float, yaw: Float = 0) -> FaceObservation {
    var face = FaceObservation.absent(at: CaptureTime(seconds: seconds))
    (face.isPresent, face.confidence) = (true, 1)
    for index in 0..<52 { face.weights[index] = weight }
    face.pose.rotation = Quaternion(yaw: yaw, pitch: 0, roll: 0)
    face.gaze.leftYaw = yaw
    return face
  }

  private func configuration(outputHz: Double?, latency: Double = 0.05) -> FilterBank.Configuration {
    var configuration = FilterBank.Configuration()
    (configuration.outputHz, configuration.latencySeconds) = (outputHz, latency)
    return configuration
  }

  private func moment(_ seconds: Double) -> CaptureTime { CaptureTime(seconds: seconds) }

  /// A smile and a turn at 30 Hz, sent at 60 and 90: what comes out is near the truth, and moves by its share every time.
  @Test(arguments: [60.0, 90]) func aSlowCameraDrivesAFastRigWithoutSteps(hz: Double) throws {
    func truth(_ time: Double) -> Float { Float(0.5 - 0.4 * cos(2 * .pi * 0.7 * time)) }
    var predictor = OutputPredictor(configuration(outputHz: hz))
    var (frame, previous) = (0, nil as Float?)
    var (worst, largest, squares, count) = (Float(0), Float(0), Float(0), Float(0))
    for tick in 0..<Int(hz * 4) {
      let now = 0.004 + Double(tick) / hz
      while Double(frame) / 30 + 0.02 <= now {
        let captured = Double(frame) / 30
        predictor.take(face(at: captured, truth(captured), yaw: truth(captured)), at: moment(captured + 0.02))
        frame += 1
      }
      guard now > 1, let out = predictor.observation(at: moment(now)) else { continue }
      let value = out.weights[.jawOpen]
      #expect(abs(value - out.pose.rotation.headAngles.yaw) < 0.05)
      squares += (value - truth(now)) * (value - truth(now))
      count += 1
      if let previous {
        let step = value - previous
        worst = max(worst, abs(step - (truth(now) - truth(now - 1 / hz))))
        largest = max(largest, abs(truth(now) - truth(now - 1 / hz)))
      }
      previous = value
    }
    #expect((squares / count).squareRoot() < 0.03)
    // A staircase would now and then stand still, and be off by the largest step of all.
    #expect(worst < 0.6 * largest, "off by \(worst) where the largest step is \(largest)")
  }

  @Test func aRigsChannelsAreResampledLikeTheWeights() throws {
    let names = ChannelNames(rig: [.init(name: "Joy", limits: -1...1)], triggers: ["angry"])
    var predictor = OutputPredictor(configuration(outputHz: 90))
    var worst: Float = 0
    for frame in 0..<90 {
      let captured = Double(frame) / 30
      var face = face(at: captured, Float(0.5 - 0.4 * cos(2 * captured)))
      face.channels = FaceChannels(neutral: names)
      (face.channels[0], face.channels[1]) = (face.weights[0], frame < 45 ? 0 : 1)
      predictor.take(face, at: moment(captured + 0.02))
      for part in 0..<3 {
        let out = predictor.observation(at: moment(captured + 0.02 + Double(part) / 90))!
        worst = max(worst, abs(out.channels[0] - out.weights[.jawOpen]))
        #expect((0...1).contains(out.channels[1]))
      }
    }
    #expect(worst < 0.02)
    #expect(predictor.channelNames === names)
  }

  @Test func theDelayOfThePipelineIsPaidBack() throws {
    var (plain, paid) = (OutputPredictor(configuration(outputHz: nil, latency: 0)), OutputPredictor())
    for index in 0...30 {
      let time = Double(index) / 30
      let frame = face(at: time, Float(0.8 * time), yaw: Float(time))
      plain.take(frame, at: moment(time + 0.03))
      paid.take(frame, at: moment(time + 0.03))
    }
    let (late, prompt) = (plain.observation(at: moment(1.03))!, paid.observation(at: moment(1.03))!)
    #expect(late.weights[.jawOpen] == 0.8)
    #expect(prompt.weights[.jawOpen] > 0.8 + 0.5 * 0.8 * 0.03)
    #expect(prompt.weights[.jawOpen] < 0.8 + 1.01 * 0.8 * 0.03)
    #expect(prompt.pose.rotation.headAngles.yaw > 1.01)
  }

  @Test func aStepIsNotOvershot() throws {
    var predictor = OutputPredictor(configuration(outputHz: 90))
    for index in 0..<60 {
      let time = Double(index) / 30
      predictor.take(face(at: time, index < 30 ? 0.2 : 0.7), at: moment(time + 0.01))
      for part in 0..<3 {
        let out = predictor.observation(at: moment(time + 0.01 + Double(part) / 90))!
        #expect((0.2 - 1e-4...0.7 + 1e-4).contains(out.weights[.jawOpen]))
      }
    }
  }

  @Test func weightsStayInTheirRange() throws {
    var predictor = OutputPredictor(configuration(outputHz: 60))
    for index in 0..<40 {
      let time = Double(index) / 30
      predictor.take(face(at: time, Float(max(0, min(1, (Double(index % 20) - 5) / 10)))), at: moment(time))
      let out = predictor.observation(at: moment(time + 0.03))!
      #expect((0...1).contains(out.weights[.jawOpen]))
    }
  }

  @Test func silenceHoldsTheLastFace() throws {
    var predictor = OutputPredictor(configuration(outputHz: 60))
    #expect(predictor.observation(at: moment(0)) == nil)
    for index in 0...30 {
      predictor.take(face(at: Double(index) / 30, Float(index) / 60), at: moment(Double(index) / 30))
    }
    let (soon, late) = (predictor.observation(at: moment(1.1))!, predictor.observation(at: moment(6))!)
    #expect(soon.weights[.jawOpen] == late.weights[.jawOpen])
    #expect(late.weights[.jawOpen] < 0.5 + 0.04)
  }

  @Test func aChangeOfSettingsDoesNotJump() throws {
    var predictor = OutputPredictor(configuration(outputHz: 60, latency: 0.1))
    for index in 0...30 {
      predictor.take(face(at: Double(index) / 30, Float(index) / 40), at: moment(Double(index) / 30 + 0.1))
    }
    let before = predictor.observation(at: moment(1.12))!.weights[.jawOpen]
    predictor.reconfigure(configuration(outputHz: nil, latency: 0), at: moment(1.12))
    #expect(abs(predictor.observation(at: moment(1.12))!.weights[.jawOpen] - before) < 1e-5)
  }

  @Test func hostileValuesAndTimesNeverComeOut() throws {
    var random = SplitMix64(state: 3)
    var predictor = OutputPredictor(configuration(outputHz: 60))
    var time = 0.0
    for _ in 0..<2_000 {
      time += [-3, -0.01, 0, 0.016, 0.033, 5][Int(random.next() % 6)]
      predictor.take(
        face(at: time, [.nan, .infinity, -1, 0.4, 3][Int(random.next() % 5)]),
        at: moment(time + [-1, 0, 0.02, 9][Int(random.next() % 4)]))
      let out = predictor.observation(at: moment(time + 0.02))!
      for index in 0..<52 { #expect((0...1).contains(out.weights[index])) }
      #expect(abs(out.pose.rotation.length - 1) < 1e-4)
    }
  }
}
