/** Why something was not done, for an operator, in Chinese. */
import type { codesRu } from './codes-ru.ts';

export const codesZh: typeof codesRu = {
  general: '操作未完成。页面显示的状态是正确的；请重试，或将代码告知技术支持。',
  byCode: {
    SERVER_UNREACHABLE: '银行服务器无响应。除页面已显示的内容外，没有任何更改。',
    CONSOLE_SIGN_IN_NEEDED: '会话已结束，请重新登录。',
    CONSOLE_SIGN_IN_REFUSED: '用户名或密码不正确，或该用户已停用。',
    CONSOLE_NOT_ALLOWED: '您的角色无权执行此操作。',
    CONSOLE_REQUEST_INVALID: '有字段未填或格式不正确。',
    CONSOLE_NOT_FOUND: '不存在，或不属于您。',
    CONSOLE_FILE_GONE: '文件已被接收方取走。',
    CONSOLE_PASSWORD_UNFIT: '密码须为 12 至 200 个字符。',
    CONSOLE_USER_SELF: '不能停用自己，须由他人操作。',
    CONSOLE_USER_REFUSED: '查看期间该用户已变化，请核对列表。',
    CARDS_NOT_OFFERED: '此处不受理银行卡。',
    CONSOLE_TERMINAL_REFUSED: '终端未知或已注销。',
    CONSOLE_PAYER_MISSING: '配置中没有该付款方，无法记账。',
    CONSOLE_MATTER_REFUSED: '不能这样处理：事项已变化、已决定，或由您本人提出。',
    RATE_LIMITED: '尝试次数过多，请稍等一分钟。',
    CYCLE_CHECKER_IS_MAKER: '由您计算，须由他人批准。',
    CYCLE_STEP_REFUSED: '该周期已处于其他状态。',
    CYCLE_CHANGED: '查看期间该周期已变化，请重新核对金额。',
    EXCEPTION_CHECKER_IS_MAKER: '由您提出，须由他人批准。',
    PAYOUT_NOT_SHOWN: '银行尚未显示该款项已付出：待对账单出现付款记录后再决定。',
    EXCEPTION_NOT_OPEN: '该差异已处理。',
    EXCEPTION_NOT_PROPOSED: '尚无人提出处理方案。',
    EXCEPTION_REASON_MISSING: '请填写原因，最多 500 字。',
    FX_APPROVAL_REFUSED: '汇率须由提出者以外的人批准，且仅一次。',
    FX_RATE_OUT_OF_BAND: '与官方汇率相差过大，请检查小数点和方向。',
    RATE_MALFORMED: '这不是有效的汇率。',
  },
};
