import { figure, flow, grown, type Measure, mean, rate, state, step } from "./measure-kinds.ts";

/** Every measure, defined once. Answers, reports, dashboards and `docs/measures.md` take words and rules from here. */
export const measures = {
  people: flow("people", "人", "人数", "People", [
    "当时已加入的客户和 KOC",
    "customers and KOCs who had joined by then",
  ]),
  people_joined: flow("people", "人", "新加入社群", "Joined the community", [
    "加入时间在这段时间内的人",
    "people whose joining date lies in the period",
  ]),
  active_koc: flow("people", "人", "活跃 KOC", "Active KOCs", [
    "30 天内至少接受过一个任务的 KOC",
    "KOCs with at least one acceptance in 30 days",
  ]),
  silent_koc: flow("people", "人", "沉默 KOC", "Silent KOCs", [
    "60 天内推过任务、一次都没看的 KOC",
    "KOCs pushed at least once in 60 days who saw nothing in that time",
  ]),
  segment_joined: flow("membership", "人", "进入分群", "Entered the segment", [
    "期间内由非成员变为成员的人",
    "people who became members in the period",
  ]),
  segment_left: flow("membership", "人", "离开分群", "Left the segment", [
    "期间内由成员变为非成员的人",
    "people who ceased to be members in the period",
  ]),
  segment_net: flow("membership", "人", "分群净增", "Net change of the segment", [
    "期末人数 − 期初人数",
    "size at the end − size at the start",
  ]),
  tags_new: flow("tags", "条", "新增标签", "New tags", [
    "在这段时间开始成立的标签条数",
    "tags that began to hold in the period",
  ]),
  tags_confirmed: flow("tags", "条", "确认标签", "Confirmed tags", [
    "员工确认、在这段时间开始成立的标签条数",
    "tags a KOE confirmed that began to hold in the period",
  ]),
  tags_ended: flow("tags", "条", "结束的标签", "Ended tags", [
    "在这段时间结束的标签条数",
    "tags that ended in the period",
  ]),
  pushed: step("推送", "Pushed", "pushed"),
  seen: step("查看", "Seen", "seen"),
  accepted: step("接受", "Accepted", "accepted"),
  declined: step("拒绝", "Declined", "declined"),
  submitted: step("提交", "Submitted", "submitted"),
  approved: step("通过", "Approved", "approved"),
  rejected: step("未通过", "Rejected", "rejected"),
  view_rate: rate("查看率", "View rate", ["seen", "pushed"], ["查看 / 推送", "seen / pushed"]),
  participation_rate: rate(
    "参与率",
    "Participation rate",
    ["accepted", "pushed"],
    ["接受 / 推送", "accepted / pushed"],
  ),
  acceptance_rate: rate("接受率", "Acceptance rate", ["accepted", "seen"], ["接受 / 查看", "accepted / seen"]),
  decline_rate: rate("拒绝率", "Decline rate", ["declined", "pushed"], ["拒绝 / 推送", "declined / pushed"]),
  hand_in_rate: rate("提交率", "Hand-in rate", ["submitted", "accepted"], ["提交 / 接受", "submitted / accepted"]),
  approval_rate: rate(
    "通过率",
    "Approval rate",
    ["approved", "reviewed"],
    ["通过 / (通过 + 未通过)", "approved / (approved + rejected)"],
  ),
  rejection_rate: rate(
    "未通过率",
    "Rejection rate",
    ["rejected", "reviewed"],
    ["未通过 / (通过 + 未通过)", "rejected / (approved + rejected)"],
  ),
  unread_rate: rate("未读率", "Unread rate", ["unread", "pushed"], ["未读 / 推送", "not seen / pushed"]),
  no_answer_rate: rate(
    "没回应率",
    "No-answer rate",
    ["no_answer", "seen"],
    ["看了没接也没拒 / 查看", "seen and neither accepted nor declined / seen"],
  ),
  overdue_rate: rate(
    "逾期率",
    "Overdue rate",
    ["overdue", "accepted"],
    ["逾期未交 / 接受", "accepted, nothing handed in, deadline passed / accepted"],
  ),
  late_rate: rate(
    "迟交率",
    "Late rate",
    ["late", "submitted"],
    ["迟交 / 提交", "handed in after the deadline / submitted"],
  ),
  review_conversion: rate(
    "提交到通过的转化率",
    "Conversion submitted > approved",
    ["approved", "submitted"],
    ["通过 / 提交", "approved / submitted"],
  ),
  completion_rate: rate("完成率", "Completion rate", ["approved", "pushed"], ["通过 / 推送", "approved / pushed"]),
  submitted_of_pushed: rate(
    "推送到提交的转化率",
    "Conversion pushed > submitted",
    ["submitted", "pushed"],
    ["提交 / 推送", "submitted / pushed"],
  ),
  submitted_of_seen: rate(
    "查看到提交的转化率",
    "Conversion seen > submitted",
    ["submitted", "seen"],
    ["提交 / 查看", "submitted / seen"],
  ),
  approved_of_seen: rate(
    "查看到通过的转化率",
    "Conversion seen > approved",
    ["approved", "seen"],
    ["通过 / 查看", "approved / seen"],
  ),
  approved_of_accepted: rate(
    "接受到通过的转化率",
    "Conversion accepted > approved",
    ["approved", "accepted"],
    ["通过 / 接受", "approved / accepted"],
  ),
  declined_of_seen: rate("看后拒绝率", "Declined of seen", ["declined", "seen"], ["拒绝 / 查看", "declined / seen"]),
  quota_attainment: {
    ...rate("名额达成率", "Quota attainment", ["approved", "quota"], ["通过 / 名额", "approved / quota"]),
    least: undefined,
  } as Measure,
  overdue: state("逾期未交", "Overdue", "overdue", "deadline", [
    "已接受、没提交、已过截止时间",
    "accepted, nothing handed in, deadline passed",
  ]),
  late: state("迟交", "Late", "late", "submitted", ["提交时间晚于截止时间", "handed in after the deadline"]),
  to_come: state("待提交", "Still to come", "to_come", "accepted", [
    "已接受、没提交、未到截止时间",
    "accepted, nothing handed in, deadline not yet past",
  ]),
  not_handed_in: state("接受后未提交", "Accepted, not handed in", "not_handed_in", "accepted", [
    "已接受、没提交",
    "accepted, nothing handed in",
  ]),
  waiting: state("待审核", "Waiting for review", "waiting", "submitted", [
    "已提交、还没有审核结果",
    "handed in, neither approved nor rejected",
  ]),
  no_answer: state("没回应", "No answer", "no_answer", "pushed", [
    "已查看、没接受也没拒绝",
    "seen, neither accepted nor declined",
  ]),
  unread: state("未读", "Unread", "unread", "pushed", ["已推送、没查看", "pushed, not seen"]),
  resubmitted: state("重新交过", "Resubmitted", "resubmitted", "submitted", [
    "交稿不止一次的任务与人",
    "pairs of task and person with more than one hand-in",
  ]),
  response_time: {
    ...rate(
      "响应时长",
      "Response time",
      ["response", "accepted"],
      ["接受时间 − 推送时间,已接受的平均", "accepted − pushed, mean over accepted"],
    ),
    kind: "mean",
    unit: "小时",
    least: undefined,
  } as Measure,
  review_time: {
    ...rate(
      "审核时长",
      "Review time",
      ["review", "approved"],
      ["通过时间 − 提交时间,已通过的平均", "approved − submitted, mean over approved"],
    ),
    kind: "mean",
    unit: "小时",
    least: undefined,
  } as Measure,
  funnel: {
    ...step("漏斗", "Funnel", "pushed"),
    how: { zh: "推送 → 查看 → 接受 → 提交 → 通过", en: "pushed → seen → accepted → submitted → approved" },
    time: "pushed",
  } as Measure,
  weakest_step: {
    ...rate(
      "掉得最多的一步",
      "Weakest step",
      ["approved", "pushed"],
      ["转化率最低的一步:本步 / 上一步", "the step with the lowest share of the step before"],
    ),
    least: undefined,
  } as Measure,
  step_lost: {
    ...step("流失", "Lost at the step", "pushed"),
    how: { zh: "上一步 − 这一步", en: "the step before − this step" },
    time: "pushed",
  } as Measure,
  reward_earned: {
    ...step("积分", "Points earned", "reward"),
    unit: "积分",
    kind: "sum",
    how: { zh: "每篇通过的稿件 × 任务积分", en: "reward of the task for each approved piece" },
    time: "approved",
  } as Measure,
  hand_ins: flow("submissions", "篇", "交稿", "Hand-ins", ["全部交稿,第二次也算", "every hand-in, second tries too"]),
  sent_back: flow("submissions", "次", "退回", "Sent back", [
    "被退回的交稿,每次都算",
    "hand-ins rejected, each time counts",
  ]),
  posts: flow("posts", "篇", "作品", "Posts", ["过审的交稿", "approved hand-ins"]),
  reads: figure("阅读", "Reads", "reads"),
  likes: figure("点赞", "Likes", "likes"),
  comments: figure("评论数", "Comments", "comments"),
  shares: figure("转发", "Shares", "shares"),
  favourites: figure("收藏", "Favourites", "favourites"),
  interactions: figure("互动量", "Interactions", "interactions"),
  avg_reads: mean("阅读", "Reads", "reads"),
  avg_likes: mean("点赞", "Likes", "likes"),
  avg_comments: mean("评论数", "Comments", "comments"),
  avg_shares: mean("转发", "Shares", "shares"),
  avg_favourites: mean("收藏", "Favourites", "favourites"),
  avg_interactions: mean("互动量", "Interactions", "interactions"),
  growth_reads: grown("阅读", "Reads", "reads"),
  growth_likes: grown("点赞", "Likes", "likes"),
  growth_comments: grown("评论数", "Comments", "comments"),
  growth_shares: grown("转发", "Shares", "shares"),
  growth_favourites: grown("收藏", "Favourites", "favourites"),
  growth_interactions: grown("互动量", "Interactions", "interactions"),
  interaction_rate: {
    ...mean("", "", "interactions"),
    zh: "互动率",
    en: "Interaction rate",
    unit: "%",
    kind: "rate",
    of: ["interactions", "reads"],
    how: { zh: "互动量合计 / 阅读合计", en: "sum of interactions / sum of reads" },
  } as Measure,
  video_completion: {
    ...mean("", "", "completion"),
    zh: "完播率",
    en: "Video completion rate",
    unit: "%",
    kind: "mean",
    of: ["completion", "completions"],
    how: { zh: "视频作品完播率的平均", en: "plain mean over video posts" },
  } as Measure,
  influence: {
    ...flow("posts", "", "影响力", "Influence", [
      "每篇互动率 / 同形式全部作品互动率中位数,取平均;至少 3 篇有数据",
      "mean of each post's interaction rate / the median of all posts of its form; at least 3 posts with figures",
    ]),
    least: { of: "figures", count: 3 },
  } as Measure,
  posts_without_figures: {
    ...flow("posts", "篇", "没有数据的作品", "Posts without figures", [
      "过审、但一次数据也没有的作品",
      "approved posts without a single snapshot",
    ]),
    of: ["blind"],
    time: "submitted",
  } as Measure,
  collected_comments: flow("comments", "条", "收集到的评论", "Collected comments", [
    "收集到原文的评论条数",
    "comments whose text was collected",
  ]),
  tasks: flow("tasks", "个", "任务", "Tasks", ["任务数", "number of tasks"]),
  task_field: flow("tasks", "", "任务信息", "Task details", ["任务自身的信息", "what the task itself says"]),
  person_field: flow("people", "", "人员信息", "Details of a person", [
    "人员自身的信息",
    "what is known of the person",
  ]),
} satisfies Record<string, Measure>;

export type MeasureKey = keyof typeof measures;
/** Every measure, in the order in which they are explained. */
export const measureKeys = Object.keys(measures) as MeasureKey[];
export const measureOf = (key: MeasureKey): Measure => measures[key];

/** A figure that a percent sign belongs to. */
export const isPercent = (key: MeasureKey): boolean => measureOf(key).unit === "%";
