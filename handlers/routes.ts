import type { ActionType } from "#cards/action.ts";
import { againTapped, answerQuestion, choiceTapped, subscribeTapped } from "./answer-question.ts";
import { confirmAllTapped, confirmTapped, rejectAllTapped } from "./answer-suggestion.ts";
import { answerUnread } from "./answer-unread.ts";
import { figureAnswered, figuresGive, figuresGone, figuresSkip } from "./ask-figures.ts";
import {
  applyVocabularyTapped,
  careForVocabulary,
  dropVocabularyTapped,
  undoVocabularyTapped,
} from "./care-for-vocabulary.ts";
import { changeTapped, changeTask } from "./change-task.ts";
import { collectLinks, handInChosen } from "./collect-links.ts";
import { collectPictures } from "./collect-pictures.ts";
import type { Scene, Talk } from "./context.ts";
import {
  historyTapped,
  lockTapped,
  removeTapped,
  showTapped,
  tagsTapped,
  tagTapped,
  undoTapped,
  unlockTapped,
} from "./correct-tags.ts";
import { countHolders } from "./count-holders.ts";
import { showDeadLetters } from "./dead-letters.ts";
import { dropByWords } from "./drop-by-words.ts";
import { approvalGiven, approvalRefused, approvalsWaiting } from "./give-approval.ts";
import { repushTapped, retireThemeTapped, templateTapped, thankTapped } from "./health-moves.ts";
import { askedForHealth } from "./health-report.ts";
import { help } from "./help.ts";
import type { TapEvent } from "./incoming.ts";
import { intakeTokens } from "./intake-tokens.ts";
import { followStart, invite, joinTapped } from "./invite.ts";
import { orderTheme, retireTapped, reviveTapped, undoThemeTapped } from "./judge-themes.ts";
import { learningWorth } from "./learning-worth.ts";
import { chooseHome, linkAccounts } from "./link-accounts.ts";
import { mergeTapped, proposeMerge, unmergeTapped } from "./merge-people.ts";
import { myTasks, showOfferTapped, taskPages } from "./my-tasks.ts";
import { autopilotTapped, proposeWaveTapped, waveTapped } from "./next-wave.ts";
import { noteDeclineWords } from "./note-decline.ts";
import { laterMomentTapped, momentOutcomes, takeMomentTapped, unfitMomentTapped } from "./notice-moments.ts";
import { cancelTapped, peopleTapped, sendTapped } from "./offer-tasks.ts";
import { orderTask } from "./order-task.ts";
import { orderTeams } from "./order-teams.ts";
import { orderOverride, undoOverrideTapped } from "./override-weights.ts";
import { askedForDoubts, overruleTapped } from "./overrule-figures.ts";
import {
  ownAskForgetTapped,
  ownClearTapped,
  ownData,
  ownDropTapped,
  ownForgetTapped,
  ownShowTapped,
} from "./own-data.ts";
import { acceptPhraseTapped, dropPhraseTapped, undoPhraseTapped } from "./propose-phrases.ts";
import { metricsChosen, readFigures } from "./read-metrics.ts";
import { askedForReport, reportTapped } from "./report-task.ts";
import { restFromTasks } from "./rest-from-tasks.ts";
import {
  approveTapped,
  noteSendBackWords,
  rejectTapped,
  sendBackBecauseTapped,
  sendBackTapped,
} from "./review-hand-in.ts";
import { allSureTapped, allTapped, eachTapped, reviewQueue } from "./review-queue.ts";
import { forgetTapped, restoreTapped, showLearning } from "./show-learning.ts";
import { explainSegment, showPerson } from "./show-person.ts";
import { showWaiting, tasksMentioned } from "./show-waiting.ts";
import { suitsTapped, suitTasks, takeTapped } from "./suit-tasks.ts";
import { tagByHand } from "./tag-by-hand.ts";
import { columnsChanged, commentsPasted, tableDropped, tablePasted, tableTaken } from "./take-tables.ts";
import { acceptTapped, declineBecauseTapped, declineTapped, promiseTapped } from "./take-task.ts";
import { archiveTemplateTapped, useTemplate, useTemplateTapped } from "./use-template.ts";
import { applySegmentTapped, dropSegmentTapped, retireSegmentTapped, writeSegment } from "./write-segment.ts";
import { sayTapped, writeTask } from "./write-task.ts";

/** Which tap goes to which handler. A button without a handler does not compile. */
export const taps: Record<ActionType, (scene: Scene<TapEvent>) => Promise<void>> = {
  "suggestion.confirm": confirmTapped,
  "suggestion.confirm-all": confirmAllTapped,
  "suggestion.reject-all": rejectAllTapped,
  "task.send": sendTapped,
  "task.cancel": cancelTapped,
  "task.people": peopleTapped,
  "task.report": reportTapped,
  "task.suits": suitsTapped,
  "task.take": takeTapped,
  "offer.show": showOfferTapped,
  "offer.promise": promiseTapped,
  "wave.send": waveTapped,
  "task.autopilot": autopilotTapped,
  "offer.accept": acceptTapped,
  "offer.decline": declineTapped,
  "offer.decline-because": declineBecauseTapped,
  "health.repush": repushTapped,
  "health.retire-theme": retireThemeTapped,
  "health.template": templateTapped,
  "health.thank": thankTapped,
  "figures.overrule": overruleTapped,
  "wave.propose": proposeWaveTapped,
  "write.say": sayTapped,
  "task.change": changeTapped,
  "template.use": useTemplateTapped,
  "template.archive": archiveTemplateTapped,
  "table.take": tableTaken,
  "table.drop": tableDropped,
  "figures.give": figuresGive,
  "figures.skip": figuresSkip,
  "figures.gone": figuresGone,
  "own.show": ownShowTapped,
  "own.drop": ownDropTapped,
  "own.clear": ownClearTapped,
  "own.ask-forget": ownAskForgetTapped,
  "own.forget": ownForgetTapped,
  "approval.give": approvalGiven,
  "approval.refuse": approvalRefused,
  "hand-in.choose": handInChosen,
  "invite.accept": joinTapped,
  "metrics.choose": metricsChosen,
  "review.approve": approveTapped,
  "review.send-back": sendBackTapped,
  "review.send-back-because": sendBackBecauseTapped,
  "review.each": eachTapped,
  "review.all": allTapped,
  "review.all-sure": allSureTapped,
  "review.reject": rejectTapped,
  "profile.show": showTapped,
  "profile.tags": tagsTapped,
  "profile.tag": tagTapped,
  "profile.remove": removeTapped,
  "profile.lock": lockTapped,
  "profile.unlock": unlockTapped,
  "profile.undo": undoTapped,
  "profile.history": historyTapped,
  "profile.merge": mergeTapped,
  "profile.unmerge": unmergeTapped,
  "segment.apply": applySegmentTapped,
  "segment.drop": dropSegmentTapped,
  "segment.retire": retireSegmentTapped,
  "vocabulary.apply": applyVocabularyTapped,
  "vocabulary.drop": dropVocabularyTapped,
  "vocabulary.undo": undoVocabularyTapped,
  "moment.take": takeMomentTapped,
  "moment.later": laterMomentTapped,
  "moment.unfit": unfitMomentTapped,
  "phrase.accept": acceptPhraseTapped,
  "phrase.drop": dropPhraseTapped,
  "phrase.undo": undoPhraseTapped,
  "theme.retire": retireTapped,
  "theme.revive": reviveTapped,
  "theme.undo": undoThemeTapped,
  "learned.forget": forgetTapped,
  "learned.restore": restoreTapped,
  "override.undo": undoOverrideTapped,
  "answer.choose": choiceTapped,
  "answer.again": againTapped,
  "answer.subscribe": subscribeTapped,
};

/** What may be said to koloop, in the order in which it is understood; the first that answers ends the search. */
export const talks: readonly Talk[] = [
  answerUnread,
  ownData,
  followStart,
  linkAccounts,
  chooseHome,
  invite,
  countHolders,
  approvalsWaiting,
  orderTeams,
  writeSegment,
  careForVocabulary,
  momentOutcomes,
  showWaiting,
  orderTheme,
  learningWorth,
  orderOverride,
  showLearning,
  showDeadLetters,
  useTemplate,
  writeTask,
  orderTask,
  tagByHand,
  proposeMerge,
  explainSegment,
  showPerson,
  askedForHealth,
  askedForDoubts,
  intakeTokens,
  commentsPasted,
  columnsChanged,
  tablePasted,
  askedForReport,
  reviewQueue,
  myTasks,
  taskPages,
  suitTasks,
  collectPictures,
  restFromTasks,
  collectLinks,
  figureAnswered,
  readFigures,
  noteDeclineWords,
  changeTask,
  noteSendBackWords,
  dropByWords,
  answerQuestion,
  tasksMentioned,
  help,
];
